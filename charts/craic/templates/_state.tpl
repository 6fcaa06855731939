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

{{/* Annotations of the pod, so that it starts anew with what it reads only once. */}}
{{- define "craic.state.podAnnotations" -}}
{{- end -}}

{{/* Whether services show each other certificates: "true" or nothing. Takes the root, as those below. */}}
{{- define "craic.mutualTls" -}}
{{- end -}}

{{/* Whether the compact pod keeps data that takes one process at a time: "true" or nothing. */}}
{{- define "craic.state.singleWriter" -}}
true
{{- end -}}

{{/* Whether the recommender may start a training through the API server: "true" or nothing. */}}
{{- define "craic.state.retrains" -}}
true
{{- end -}}

{{/* Whether MariaDB is one of the release's own pods: "true" or nothing. */}}
{{- define "craic.state.ownsMariadb" -}}
true
{{- end -}}

{{/* Whether DynamoDB is emulated in a pod of its own: "true" or nothing. */}}
{{- define "craic.state.ownsDynamodb" -}}
{{- if eq .Values.profile "mesh" }}true{{ end -}}
{{- end -}}

{{/* Whether AWS is called: "true" or nothing. */}}
{{- define "craic.state.callsAws" -}}
{{- end -}}
