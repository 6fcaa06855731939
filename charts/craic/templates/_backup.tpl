{{/* Where a backup comes from and goes to, for our own commands. */}}
{{- define "craic.backup.env" -}}
{{- $root := . }}
- name: CRAIC_BACKUP_DIR
  value: /backups
- name: CRAIC_BACKUP_WORK_DIR
  value: /work
- name: CRAIC_MODEL_DIR
  value: /models
{{- if eq .Values.dynamodb.mode "embedded" }}
- name: CRAIC_DYNAMODB_ENDPOINT
  value: http://{{ include "craic.name" (list . "dynamodb") }}:{{ include "craic.ports.dynamodb" . }}
{{- range $setting, $value := .Values.settings.experiments }}
{{- if hasSuffix "_TABLE" $setting }}
- name: {{ $setting }}
  value: {{ $value }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.backup.s3 }}
{{- if .bucket }}
- name: CRAIC_BACKUP_S3_BUCKET
  value: {{ .bucket }}
- name: CRAIC_BACKUP_S3_PREFIX
  value: {{ .prefix | default (printf "%s/%s" $root.Release.Namespace $root.Release.Name) }}
{{- with .endpoint }}
- name: CRAIC_BACKUP_S3_ENDPOINT
  value: {{ . }}
{{- end }}
{{- with .region }}
- name: CRAIC_BACKUP_S3_REGION
  value: {{ . }}
{{- end }}
{{- $secret := .credentialsSecret }}
{{- if $secret }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ . }} } }
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "craic.backup.claim" -}}
{{- .Values.backup.existingClaim | default (include "craic.name" (list . "backups")) -}}
{{- end -}}

{{/* A container with MariaDB's own client: (root, script, user). */}}
{{- define "craic.backup.client" -}}
{{- $root := index . 0 -}}
{{- $user := index . 2 -}}
name: {{ index . 1 }}
image: {{ include "craic.mariadbImage" $root }}
imagePullPolicy: {{ $root.Values.mariadb.image.pullPolicy }}
command: [/bin/sh, /scripts/{{ index . 1 }}.sh]
env:
  - name: MYSQL_HOST
    value: {{ include "craic.state.mysqlHost" $root }}
  - name: MYSQL_PORT
    value: {{ include "craic.state.mysqlPort" $root | quote }}
  - name: MYSQL_USER
    value: {{ eq $user "admin" | ternary $root.Values.mariadb.adminUser (printf "craic_%s" $user) }}
  - name: MYSQL_PASSWORD
    valueFrom: { secretKeyRef: { name: {{ include "craic.state.secret" $root }}, key: mysql-{{ $user }}-password } }
  {{- if $root.Values.mariadb.external.tls }}
  - name: MYSQL_SSL
    value: "true"
  {{- end }}
  {{- if include "craic.state.authority" $root }}
  - name: MYSQL_SSL_CA
    value: /database/ca.crt
  {{- end }}
  - name: WORK_DIR
    value: /work
securityContext: {{- include "craic.containerSecurityContext" $root | nindent 2 }}
resources: {{- toYaml $root.Values.jobs.resources | nindent 2 }}
volumeMounts:
  - { name: scripts, mountPath: /scripts, readOnly: true }
  - { name: work, mountPath: /work }
  {{- with include "craic.state.authorityMount" $root | trim }}{{ . | nindent 2 }}{{ end }}
{{- end -}}

{{- define "craic.backup.mounts" -}}
- { name: backups, mountPath: /backups }
- { name: models, mountPath: /models }
- { name: work, mountPath: /work }
{{- include "craic.state.authorityMount" . }}
{{- end -}}

{{- define "craic.backup.volumes" -}}
- name: backups
  persistentVolumeClaim: { claimName: {{ include "craic.backup.claim" . }} }
- name: scripts
  configMap: { name: {{ include "craic.name" (list . "backup") }} }
# A dump as it is, before it is compressed.
- name: work
  emptyDir: {}
{{- include "craic.state.modelsVolume" . }}
{{- include "craic.state.authorityVolume" . }}
{{- end -}}
