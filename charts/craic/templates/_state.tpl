{{/*
What the pods of services need of the release's state: databases, keys, models, certificates, DynamoDB. Each takes
(root, services), the services being the names of those that the pod hosts.
*/}}

{{/* Environment variables, as a list. */}}
{{- define "craic.state.env" -}}
{{- $root := index . 0 -}}
{{- $known := include "craic.services" $root | fromJson -}}
{{- range index . 1 }}
{{- if (index $known .).database }}
- name: CRAIC_{{ upper . }}_MYSQL_URL
  valueFrom: { secretKeyRef: { name: {{ include "craic.name" (list $root "mysql") }}, key: {{ . }}-url } }
{{- end }}
{{- end }}
{{- if has "auth" (index . 1) }}
- name: CRAIC_AUTH_KEY_FILE
  value: /keys/signing-key.pem
{{- end }}
{{- if has "recommender" (index . 1) }}
- name: CRAIC_MODEL_DIR
  value: /models
{{- end }}
{{- end -}}

{{/* Mounts of the container, as a list. */}}
{{- define "craic.state.volumeMounts" -}}
{{- if has "auth" (index . 1) }}
- { name: keys, mountPath: /keys, readOnly: true }
{{- end }}
{{- if has "recommender" (index . 1) }}
- { name: models, mountPath: /models }
{{- end }}
{{- end -}}

{{/* Volumes of the pod, as a list. */}}
{{- define "craic.state.volumes" -}}
{{- $root := index . 0 -}}
{{- if has "auth" (index . 1) }}
- name: keys
  secret: { secretName: {{ include "craic.name" (list $root "signing-key") }} }
{{- end }}
{{- if has "recommender" (index . 1) }}
- name: models
  persistentVolumeClaim: { claimName: {{ include "craic.name" (list $root "models") }} }
{{- end }}
{{- end -}}

{{/* Whether services show each other certificates: "true" or nothing. Takes the root. */}}
{{- define "craic.mutualTls" -}}
{{- end -}}
