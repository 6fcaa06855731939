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

{{/* Pull secrets, priority and where pods may be placed: the same for each pod of the release. */}}
{{- define "craic.scheduling" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
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
