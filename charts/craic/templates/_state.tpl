{{/*
What the pods of services need of the release's state: databases, keys, models, certificates, DynamoDB. Each takes
(root, services), the services being the names of those that the pod hosts.
*/}}

{{/* Environment variables, as a list. */}}
{{- define "craic.state.env" -}}
{{- $root := index . 0 -}}
{{- $hosted := index . 1 -}}
{{- $known := include "craic.services" $root | fromJson -}}
{{- range $hosted }}
{{- if (index $known .).database }}
{{- include "craic.state.mysqlUrl" (list $root . (printf "CRAIC_%s_MYSQL_URL" (upper .)) .) }}
{{- end }}
{{- end }}
{{- if include "craic.state.hasDatabase" . }}
{{- include "craic.state.authorityEnv" $root }}
{{- end }}
{{- if include "craic.state.ownsSecrets" $root }}
# Not read by anybody: a pod waits for this key, which is there once its database and its user are.
- name: DATABASES_MADE
  valueFrom: { secretKeyRef: { name: {{ include "craic.state.secret" $root }}, key: databases-made } }
{{- end }}
{{- if has "auth" $hosted }}
- name: CRAIC_AUTH_KEY_FILE
  value: /keys/signing-key.pem
{{- with $root.Values.secrets.oldSigningKeys }}
- name: CRAIC_AUTH_OLD_KEY_FILES
  value: /keys/{{ join ",/keys/" . }}
{{- end }}
{{- end }}
{{- if has "recommender" $hosted }}
- name: CRAIC_MODEL_DIR
  value: /models
{{- if include "craic.state.retrains" $root }}
- name: CRAIC_RETRAIN_CRONJOB
  value: {{ include "craic.name" (list $root "trainer") }}
{{- end }}
{{- end }}
{{- if has "experiments" $hosted }}
{{- include "craic.state.dynamodbEnv" (list $root (eq $root.Values.profile "compact")) }}
{{- end }}
{{- if include "craic.mutualTls" $root }}
{{- include "craic.state.tlsEnv" $root }}
{{- end }}
{{- end -}}

{{/* Mounts of the container, as a list. */}}
{{- define "craic.state.volumeMounts" -}}
{{- $root := index . 0 -}}
{{- if has "auth" (index . 1) }}
- { name: keys, mountPath: /keys, readOnly: true }
{{- end }}
{{- if has "recommender" (index . 1) }}
- { name: models, mountPath: /models }
{{- end }}
{{- if eq $root.Values.profile "compact" }}
- { name: data, mountPath: /data }
{{- end }}
{{- if include "craic.mutualTls" $root }}
- { name: certificates, mountPath: /certificates, readOnly: true }
{{- end }}
{{- if include "craic.state.hasDatabase" . }}
{{- include "craic.state.authorityMount" $root }}
{{- end }}
{{- end -}}

{{/* Volumes of the pod, as a list. */}}
{{- define "craic.state.volumes" -}}
{{- $root := index . 0 -}}
{{- $hosted := index . 1 -}}
{{- if has "auth" $hosted }}
{{- include "craic.state.keysVolume" $root }}
{{- end }}
{{- if has "recommender" $hosted }}
{{- include "craic.state.modelsVolume" $root }}
{{- end }}
{{- if eq $root.Values.profile "compact" }}
- name: data
  {{- if eq $root.Values.dynamodb.mode "embedded" }}
  persistentVolumeClaim: { claimName: {{ include "craic.name" (list $root "dynamodb") }} }
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- end }}
{{- if include "craic.mutualTls" $root }}
{{- include "craic.state.certificatesVolume" (list $root (index $hosted 0)) }}
{{- end }}
{{- if include "craic.state.hasDatabase" . }}
{{- include "craic.state.authorityVolume" $root }}
{{- end }}
{{- end -}}

{{/* Annotations of the pod, so that it starts anew with what it reads only once. */}}
{{- define "craic.state.podAnnotations" -}}
{{- end -}}

{{/* Annotations of a component's service account, as a map. Takes (root, services). */}}
{{- define "craic.state.serviceAccountAnnotations" -}}
{{- $root := index . 0 -}}
{{- if and (has "experiments" (index . 1)) (eq $root.Values.dynamodb.mode "aws") }}
{{- with $root.Values.dynamodb.aws.roleArn }}
eks.amazonaws.com/role-arn: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Whether services show each other certificates: "true" or nothing. Takes the root, as those below. */}}
{{- define "craic.mutualTls" -}}
{{- if and (eq .Values.profile "mesh") .Values.mutualTls.enabled }}true{{ end -}}
{{- end -}}

{{/* Whether cert-manager makes them: "true" or nothing. */}}
{{- define "craic.state.certManager" -}}
{{- $issuer := .Values.mutualTls.issuer -}}
{{- $there := .Capabilities.APIVersions.Has "cert-manager.io/v1" -}}
{{- if and (include "craic.mutualTls" .) (or (eq $issuer "cert-manager") (and (eq $issuer "auto") $there)) }}true{{ end -}}
{{- end -}}

{{/* Whether the compact pod keeps data that takes one process at a time: "true" or nothing. */}}
{{- define "craic.state.singleWriter" -}}
{{- if eq .Values.dynamodb.mode "embedded" }}true{{ end -}}
{{- end -}}

{{/* Whether the recommender may start a training through the API server: "true" or nothing. */}}
{{- define "craic.state.retrains" -}}
{{- if .Values.training.enabled }}true{{ end -}}
{{- end -}}

{{/* Whether MariaDB is one of the release's own pods: "true" or nothing. */}}
{{- define "craic.state.ownsMariadb" -}}
{{- if not .Values.mariadb.external.host }}true{{ end -}}
{{- end -}}

{{/* Whether DynamoDB is emulated in a pod of its own: "true" or nothing. */}}
{{- define "craic.state.ownsDynamodb" -}}
{{- if and (eq .Values.profile "mesh") (eq .Values.dynamodb.mode "embedded") }}true{{ end -}}
{{- end -}}

{{/* Whether AWS is called: "true" or nothing. */}}
{{- define "craic.state.callsAws" -}}
{{- if eq .Values.dynamodb.mode "aws" }}true{{ end -}}
{{- end -}}

{{/* Whether the chart makes the secrets: "true" or nothing. */}}
{{- define "craic.state.ownsSecrets" -}}
{{- if not .Values.secrets.existingSecret }}true{{ end -}}
{{- end -}}

{{/* The Secret with the passwords and the signing key. */}}
{{- define "craic.state.secret" -}}
{{- .Values.secrets.existingSecret | default (include "craic.name" (list . "secrets")) -}}
{{- end -}}

{{- define "craic.state.mysqlHost" -}}
{{- .Values.mariadb.external.host | default (include "craic.name" (list . "mariadb")) -}}
{{- end -}}

{{- define "craic.state.mysqlPort" -}}
{{- empty .Values.mariadb.external.host | ternary (include "craic.ports.mysql" .) (toString (int .Values.mariadb.external.port)) -}}
{{- end -}}

{{/*
A database's URL as an environment variable, its password in another one. Takes (root, user, variable, database): user
"admin" is the administrator, who needs no database.
*/}}
{{- define "craic.state.mysqlUrl" -}}
{{- $root := index . 0 -}}
{{- $user := index . 1 -}}
{{- $password := printf "%s_MYSQL_PASSWORD" (upper $user) -}}
{{- $name := eq $user "admin" | ternary $root.Values.mariadb.adminUser (printf "craic_%s" $user) -}}
{{- $path := eq (index . 3) "" | ternary "" (printf "craic_%s" (index . 3)) -}}
{{- $query := $root.Values.mariadb.external.tls | ternary "?ssl=%7B%22rejectUnauthorized%22%3Atrue%7D" "" }}
- name: {{ $password }}
  valueFrom: { secretKeyRef: { name: {{ include "craic.state.secret" $root }}, key: mysql-{{ $user }}-password } }
- name: {{ index . 2 }}
  value: mysql://{{ $name }}:$({{ $password }})@{{ include "craic.state.mysqlHost" $root }}:{{ include "craic.state.mysqlPort" $root }}/{{ $path }}{{ $query }}
{{- end -}}

{{/* Whether one of the services of a pod has a database: "true" or nothing. Takes (root, services). */}}
{{- define "craic.state.hasDatabase" -}}
{{- $known := include "craic.services" (index . 0) | fromJson -}}
{{- $has := false -}}
{{- range index . 1 }}{{ if (index $known .).database }}{{ $has = true }}{{ end }}{{ end -}}
{{- if $has }}true{{ end -}}
{{- end -}}

{{/* The authority of the database's certificate, where Node does not know it: variable, mount and volume, or nothing. */}}
{{- define "craic.state.authorityEnv" -}}
{{- if include "craic.state.authority" . }}
- name: NODE_EXTRA_CA_CERTS
  value: /database/ca.crt
{{- end }}
{{- end -}}

{{- define "craic.state.authorityMount" -}}
{{- if include "craic.state.authority" . }}
- { name: database, mountPath: /database, readOnly: true }
{{- end }}
{{- end -}}

{{- define "craic.state.authorityVolume" -}}
{{- with include "craic.state.authority" . }}
- name: database
  secret: { secretName: {{ . }}, items: [{ key: ca.crt, path: ca.crt }] }
{{- end }}
{{- end -}}

{{/* The Secret that it is in; nothing where there is none. */}}
{{- define "craic.state.authority" -}}
{{- with .Values.mariadb.external }}{{ if and .host .tls }}{{ .caSecret }}{{ end }}{{ end -}}
{{- end -}}

{{/* The URLs of all services' databases, as their own users. */}}
{{- define "craic.state.everyMysqlUrl" -}}
{{- $root := . -}}
{{- range $service, $has := include "craic.services" . | fromJson }}
{{- if $has.database }}
{{- include "craic.state.mysqlUrl" (list $root $service (printf "CRAIC_%s_MYSQL_URL" (upper $service)) $service) }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Services with a database, with a given word before each: (root, before). */}}
{{- define "craic.state.databases" -}}
{{- $before := index . 1 -}}
{{- $names := list -}}
{{- range $service, $has := include "craic.services" (index . 0) | fromJson -}}
{{- if $has.database }}{{ $names = append $names (printf "%s%s" $before $service) }}{{ end -}}
{{- end -}}
{{- $names | sortAlpha | toJson -}}
{{- end -}}

{{/* Where DynamoDB is. Takes (root, whether it is emulated in the same pod). */}}
{{- define "craic.state.dynamodbEnv" -}}
{{- $root := index . 0 -}}
{{- $port := include "craic.ports.dynamodb" $root -}}
{{- with $root.Values.dynamodb }}
{{- if eq .mode "aws" }}
- name: CRAIC_DYNAMODB
  value: aws
{{- with .aws.region }}
- name: CRAIC_DYNAMODB_REGION
  value: {{ . }}
{{- end }}
{{- with .aws.endpoint }}
- name: CRAIC_DYNAMODB_ENDPOINT
  value: {{ . }}
{{- end }}
{{- with .aws.credentialsSecret }}
{{- range list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ $root.Values.dynamodb.aws.credentialsSecret }}, key: {{ . }} } }
{{- end }}
{{- end }}
{{- else if index $ 1 }}
- name: CRAIC_DYNAMODB_LISTEN
  value: 0.0.0.0:{{ $port }}
{{- else }}
- name: CRAIC_DYNAMODB_ENDPOINT
  value: http://{{ include "craic.name" (list $root "dynamodb") }}:{{ $port }}
# The emulation takes any credentials, but wants some.
- name: CRAIC_DYNAMODB_REGION
  value: local
- name: AWS_ACCESS_KEY_ID
  value: local
- name: AWS_SECRET_ACCESS_KEY
  value: local
{{- end }}
{{- end }}
{{- end -}}

{{/* Where a process finds its certificate. */}}
{{- define "craic.state.tlsEnv" }}
- name: CRAIC_TLS_CERT
  value: /certificates/tls.crt
- name: CRAIC_TLS_KEY
  value: /certificates/tls.key
- name: CRAIC_TLS_CA
  value: /certificates/ca.crt
{{- end -}}

{{- define "craic.state.keysVolume" }}
- name: keys
  secret:
    secretName: {{ include "craic.state.secret" . }}
    items:
      - { key: signing-key.pem, path: signing-key.pem }
      {{- range .Values.secrets.oldSigningKeys }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end -}}

{{- define "craic.state.modelsVolume" }}
- name: models
  persistentVolumeClaim: { claimName: {{ .Values.models.existingClaim | default (include "craic.name" (list . "models")) }} }
{{- end -}}

{{/* A service's certificate. Takes (root, service). */}}
{{- define "craic.state.certificatesVolume" }}
- name: certificates
  secret:
    secretName: {{ include "craic.name" (list (index . 0) (printf "tls-%s" (index . 1))) }}
    # Named, so that a pod waits until all of them are there.
    items:
      {{- range list "tls.crt" "tls.key" "ca.crt" }}
      - { key: {{ . }}, path: {{ . }} }
      {{- end }}
{{- end -}}

{{/* Those who have a certificate, as JSON: "operator" is for people who call what is for administrators. */}}
{{- define "craic.state.certified" -}}
{{- concat (include "craic.services" . | fromJson | keys) (list "operator" "trainer") | sortAlpha | toJson -}}
{{- end -}}

{{/* A claim of the release that outlives it. Takes (root, component, storage). */}}
{{- define "craic.state.claim" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $storage := index . 2 -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ include "craic.name" (list $root $component) }}
  labels: {{- include "craic.labels" (list $root $component) | nindent 4 }}
  annotations:
    # Its data stays when the release goes.
    helm.sh/resource-policy: keep
spec:
  accessModes: [{{ $storage.accessMode | default "ReadWriteOnce" }}]
  {{- with $storage.storageClassName }}
  storageClassName: {{ . }}
  {{- end }}
  resources: { requests: { storage: {{ $storage.size }} } }
{{- end -}}

{{/* The image that has MariaDB's programs. */}}
{{- define "craic.mariadbImage" -}}
{{- with .Values.mariadb.image -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag }}{{ end }}
{{- end -}}
{{- end -}}

{{/* A container of a Job that runs one of our commands: (root, command). What follows is indented by the caller. */}}
{{- define "craic.state.command" -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
image: {{ include "craic.image" $root }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: [dist/operations.mjs, {{ index . 1 }}]
securityContext: {{- include "craic.containerSecurityContext" $root | nindent 2 }}
resources: {{- toYaml $root.Values.jobs.resources | nindent 2 }}
{{- end -}}

{{/* What every pod of a Job has. Takes (root, component, whether it speaks to the API server). */}}
{{- define "craic.state.jobPod" -}}
{{- $root := index . 0 -}}
restartPolicy: Never
serviceAccountName: {{ include "craic.name" (list $root (index . 1)) }}
automountServiceAccountToken: {{ index . 2 }}
enableServiceLinks: false
securityContext: {{- include "craic.podSecurityContext" $root | nindent 2 }}
{{- $yields := has (index . 1) (list "backup" "sample") }}
{{- with include ($yields | ternary "craic.yieldingScheduling" "craic.scheduling") $root | trim }}
{{ . }}
{{- end }}
{{- end -}}
