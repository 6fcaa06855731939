{{/*
What comes before services can start: their secrets, databases and users; at an upgrade their tables, too. Takes (root,
whether tables are migrated).
*/}}
{{- define "craic.setup.pod" -}}
{{- $root := index . 0 -}}
{{- $migrates := index . 1 -}}
{{- include "craic.state.jobPod" (list $root "setup" (include "craic.state.ownsSecrets" $root | eq "true")) }}
{{- $databases := include "craic.setup.databases" $root }}
{{- if or (include "craic.state.ownsSecrets" $root) $migrates }}
initContainers:
  {{- if include "craic.state.ownsSecrets" $root }}
  - {{- include "craic.state.command" (list $root "secrets") | nindent 4 }}
    env:
      - name: CRAIC_SECRET
        value: {{ include "craic.state.secret" $root }}
      - name: CRAIC_SECRET_PASSWORDS
        value: {{ include "craic.setup.passwords" $root }}
      - name: CRAIC_SECRET_SIGNING_KEY
        value: signing-key.pem
  {{- end }}
  {{- if $migrates }}
  - {{- $databases | nindent 4 }}
  {{- end }}
{{- end }}
containers:
  {{- if $migrates }}
  - {{- include "craic.state.command" (list $root "migrate") | nindent 4 }}
    env:
      {{- include "craic.state.everyMysqlUrl" $root | trim | nindent 6 }}
      {{- with include "craic.state.authorityEnv" $root | trim }}{{ . | nindent 6 }}{{ end }}
    {{- with include "craic.state.authorityMount" $root | trim }}
    volumeMounts: {{- . | nindent 6 }}
    {{- end }}
  {{- else }}
  - {{- $databases | nindent 4 }}
  {{- end }}
{{- $claims := and $root.Values.backup.enabled (not $migrates) }}
{{- $authority := include "craic.state.authorityVolume" $root | trim }}
{{- if or $claims $authority }}
volumes:
  {{- with $authority }}{{ . | nindent 2 }}{{ end }}
{{- if $claims }}
  # Not mounted. Storage that waits for its first pod is made for this one, so that nobody waits until the first night for
  # the backups' claim, and it is where the models are, which a backup needs, too.
  - name: backups
    persistentVolumeClaim: { claimName: {{ include "craic.backup.claim" $root }} }
  {{- include "craic.state.modelsVolume" $root | trim | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "craic.setup.databases" -}}
{{- include "craic.state.command" (list . "databases") }}
env:
  {{- if include "craic.state.ownsSecrets" . }}
  - name: CRAIC_SECRET
    value: {{ include "craic.state.secret" . }}
  {{- end }}
  {{- include "craic.state.mysqlUrl" (list . "admin" "CRAIC_MYSQL_URL" "") | trim | nindent 2 }}
  {{- include "craic.state.everyMysqlUrl" . | trim | nindent 2 }}
  {{- include "craic.state.mysqlUrl" (list . "trainer" "CRAIC_TRAINER_MYSQL_URL" "recommender") | trim | nindent 2 }}
  {{- include "craic.state.mysqlUrl" (list . "backup" "CRAIC_BACKUP_MYSQL_URL" "") | trim | nindent 2 }}
  {{- with include "craic.state.authorityEnv" . | trim }}{{ . | nindent 2 }}{{ end }}
{{- with include "craic.state.authorityMount" . | trim }}
volumeMounts: {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Keys of the Secret that hold a password. */}}
{{- define "craic.setup.passwords" -}}
{{- $users := concat (include "craic.state.databases" (list . "") | fromJsonArray) (list "trainer" "backup") -}}
{{- if include "craic.state.ownsMariadb" . }}{{ $users = prepend $users "admin" }}{{ end -}}
mysql-{{ join "-password,mysql-" $users }}-password
{{- end -}}
