{{/* What every object's name begins with: the release's, or fullnameOverride. */}}
{{- define "craic.fullname" -}}
{{- .Values.fullnameOverride | default .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of a component's objects, and of its service account: <release>-<component>. Takes (root, component). */}}
{{- define "craic.name" -}}
{{- $root := index . 0 -}}
{{- printf "%s-%s" (include "craic.fullname" $root) (index . 1) -}}
{{- end -}}

{{/* The labels that select a component's pods; they never change. Takes (root, component). */}}
{{- define "craic.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The labels of a component's objects. Takes (root, component). */}}
{{- define "craic.labels" -}}
{{- $root := index . 0 -}}
{{ include "craic.selectorLabels" . }}
app.kubernetes.io/part-of: craic
app.kubernetes.io/version: {{ $root.Values.image.tag | default $root.Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The product's image, by digest where one is given. */}}
{{- define "craic.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What the chart knows of each service (files/services.yaml), as JSON. */}}
{{- define "craic.services" -}}
{{- .Files.Get "files/services.yaml" | fromYaml | toJson -}}
{{- end -}}

{{/* The component that hosts a service: "all" in the compact profile, the service itself in mesh. Takes (root, service). */}}
{{- define "craic.hostOf" -}}
{{- $root := index . 0 -}}
{{- eq $root.Values.profile "compact" | ternary "all" (index . 1) -}}
{{- end -}}

{{/* Where a service's replicas are, host:port: a headless name, so that callers see each of them. Takes (root, service). */}}
{{- define "craic.address" -}}
{{- $root := index . 0 -}}
{{- printf "%s-headless:%d" (include "craic.name" (list $root (include "craic.hostOf" .))) (include "craic.ports.grpc" $root | int) -}}
{{- end -}}

{{- define "craic.ports.grpc" -}}50051{{- end -}}
{{- define "craic.ports.http" -}}8080{{- end -}}
{{- define "craic.ports.ops" -}}9464{{- end -}}
{{- define "craic.ports.mysql" -}}3306{{- end -}}
{{- define "craic.ports.dynamodb" -}}8000{{- end -}}

{{/* A value as the text of an environment variable: whole numbers stay whole. */}}
{{- define "craic.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* The components that host services in this profile, as JSON. */}}
{{- define "craic.components" -}}
{{- if eq .Values.profile "compact" -}}
["all"]
{{- else -}}
{{- include "craic.services" . | fromJson | keys | sortAlpha | toJson -}}
{{- end -}}
{{- end -}}

{{/* The services that a component hosts, as JSON. Takes (root, component). */}}
{{- define "craic.hosted" -}}
{{- if eq (index . 1) "all" -}}
{{- include "craic.services" (index . 0) | fromJson | keys | sortAlpha | toJson -}}
{{- else -}}
{{- list (index . 1) | toJson -}}
{{- end -}}
{{- end -}}

{{/* How a component runs, its own values over the defaults, as JSON. Takes (root, component). */}}
{{- define "craic.own" -}}
{{- $values := (index . 0).Values -}}
{{- $own := index $values.services (index . 1) | default dict -}}
{{- mustMergeOverwrite (deepCopy $values.defaults) (deepCopy $own) | toJson -}}
{{- end -}}

{{/* Whether Caddy, in a pod of the release, is the way in: "true" or nothing. */}}
{{- define "craic.caddy" -}}
{{- if and .Values.ingress.enabled (eq .Values.ingress.by "caddy") }}true{{ end -}}
{{- end -}}
