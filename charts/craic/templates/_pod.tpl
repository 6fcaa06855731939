{{/* What restricted Pod Security asks of a pod. fsGroup lets it write to its volumes. */}}
{{- define "craic.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{/* What restricted Pod Security asks of a container, and a root that cannot be written to. */}}
{{- define "craic.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Pull secrets, priority and where pods may be placed: of each pod of the release but those below. */}}
{{- define "craic.scheduling" -}}
{{- include "craic.scheduledAs" (list .Values .Values.priorityClassName) -}}
{{- end -}}

{{/* The same of Jobs that give way to what serves. */}}
{{- define "craic.yieldingScheduling" -}}
{{- include "craic.scheduledAs" (list .Values (include "craic.yieldingClass" . | default .Values.priorityClassName)) -}}
{{- end -}}

{{/* Their PriorityClass. */}}
{{- define "craic.yieldingClass" -}}
{{- if .Values.jobs.yield }}{{ .Release.Namespace }}-{{ include "craic.name" (list . "jobs") }}{{ end -}}
{{- end -}}

{{/* Takes (values, PriorityClass). */}}
{{- define "craic.scheduledAs" -}}
{{- $values := index . 0 -}}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with index . 1 }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
How the kubelet asks whether a component's pod takes calls. It can speak gRPC in clear text only, so where callers must
show a certificate it asks the ops port, which answers from the same board. Takes (root, component).
*/}}
{{- define "craic.readiness" -}}
{{- if and (include "craic.mutualTls" (index . 0)) (ne (index . 1) "gateway") -}}
httpGet: { path: /readyz, port: ops }
{{- else -}}
grpc: { port: {{ include "craic.ports.grpc" (index . 0) }} }
{{- end -}}
{{- end -}}
