{{/*
The environment of a component, as a list: what its values say of it and of the services that it hosts, what follows
from the cluster, and what comes from the release's state. Takes (root, component, hosted services).
*/}}
{{- define "craic.env" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $hosted := index . 2 -}}
{{- /* Where a pod ends before the next one begins, nobody could take the calls that it refuses. */ -}}
{{- $alone := and (eq $component "all") (include "craic.state.singleWriter" $root) -}}
{{- $settings := dict "CRAIC_LAME_DUCK_MS" (ternary 0 5000 (not (not $alone))) -}}
{{- if has "gateway" $hosted -}}
{{- $_ := set $settings "CRAIC_SECURE_COOKIES" $root.Values.ingress.enabled -}}
{{- $_ := set $settings "CRAIC_TRUSTED_PROXIES" (ternary 1 0 $root.Values.ingress.enabled) -}}
{{- if include "craic.mutualTls" $root -}}
{{- /* Programs outside have no certificate. */ -}}
{{- $_ := set $settings "CRAIC_GRPC_ACCESS" "clear" -}}
{{- end -}}
{{- end -}}
{{- if eq $component "all" -}}
{{- $_ := set $settings "CRAIC_CATALOGUE" (ternary "sample" "none" $root.Values.sampleCatalogue) -}}
{{- end -}}
{{- range $group := concat (list "process") $hosted -}}
{{- $settings = mustMergeOverwrite $settings (deepCopy (index $root.Values.settings $group | default dict)) -}}
{{- end -}}
{{- range $name, $value := $settings }}
- name: {{ $name }}
  value: {{ include "craic.text" $value | quote }}
{{- end }}
{{- $known := include "craic.services" $root | fromJson -}}
{{- $called := list "auth" -}}
{{- range $hosted }}{{ $called = concat $called (index $known .).calls }}{{ end -}}
{{- range without ($called | uniq | sortAlpha) "" }}
{{- if not (has . $hosted) }}
- name: CRAIC_{{ upper . }}_ADDR
  value: {{ include "craic.address" (list $root .) }}
{{- end }}
{{- end }}
{{- include "craic.state.env" (list $root $hosted) }}
{{- end -}}
