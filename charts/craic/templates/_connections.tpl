{{/*
Who connects to whom in this profile, as JSON: by component, in the words of files/services.yaml and files/jobs.yaml,
`calls` naming components. Calls within a process need no connection, those between replicas do.
*/}}
{{- define "craic.connections" -}}
{{- $root := . -}}
{{- $services := include "craic.services" . | fromJson -}}
{{- $connections := dict -}}
{{- range $component := include "craic.components" . | fromJsonArray -}}
{{- $merged := dict -}}
{{- $calls := list -}}
{{- range include "craic.hosted" (list $root $component) | fromJsonArray -}}
{{- $service := index $services . -}}
{{- $merged = merge $merged (omit $service "calls") -}}
{{- range $service.calls }}{{ $calls = append $calls (include "craic.hostOf" (list $root .)) }}{{ end -}}
{{- end -}}
{{- $_ := set $merged "calls" (without ($calls | uniq | sortAlpha) "all") -}}
{{- $_ := set $merged "serves" true -}}
{{- $_ := set $connections $component $merged -}}
{{- end -}}
{{- range $component, $job := .Files.Get "files/jobs.yaml" | fromYaml -}}
{{- if eq ($job.profile | default $root.Values.profile) $root.Values.profile -}}
{{- $calls := list -}}
{{- range $job.calls }}{{ $calls = append $calls (include "craic.hostOf" (list $root .)) }}{{ end -}}
{{- $_ := set $connections $component (set (deepCopy $job) "calls" $calls) -}}
{{- end -}}
{{- end -}}
{{- if include "craic.caddy" . -}}
{{- $_ := set $connections "caddy" (dict "browses" true "calls" (list (include "craic.hostOf" (list . "gateway")))) -}}
{{- end -}}
{{- toJson $connections -}}
{{- end -}}

{{/* The pods of components, as the peers of a rule. Takes (root, components). */}}
{{- define "craic.peers" -}}
{{- $root := index . 0 -}}
{{- range index . 1 }}
- podSelector:
    matchLabels: {{- include "craic.selectorLabels" (list $root .) | nindent 6 }}
{{- end }}
{{- end -}}

{{/* The components whose connections have something: (root, connections, key). As JSON. */}}
{{- define "craic.whoHas" -}}
{{- $key := index . 1 -}}
{{- $found := list -}}
{{- range $component, $has := index . 0 }}{{ if index $has $key }}{{ $found = append $found $component }}{{ end }}{{ end -}}
{{- $found | sortAlpha | toJson -}}
{{- end -}}

{{/*
Whether a component calls AWS as the node's role, having none and no credentials of its own: "true" or nothing. Takes
(root, component, what it connects to).
*/}}
{{- define "craic.asksNode" -}}
{{- $values := (index . 0).Values -}}
{{- $dynamodb := $values.dynamodb.aws -}}
{{- $s3 := $values.backup.s3 -}}
{{- $toDynamodb := and (index . 2).dynamodb (eq $values.dynamodb.mode "aws") (not (or $dynamodb.roleArn $dynamodb.credentialsSecret)) -}}
{{- $toS3 := and (has (index . 1) (list "backup" "restore")) $s3.bucket (not (or $s3.roleArn $s3.credentialsSecret)) -}}
{{- if or $toDynamodb $toS3 }}true{{ end -}}
{{- end -}}
