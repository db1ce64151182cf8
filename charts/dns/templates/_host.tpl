{{/*
What an app is called. The same file is in every chart that makes such a name
(charts/way_in_test.go), so that each can be taken by itself. docs/ingress.md
explains it.
*/}}

{{/*
names.host is <app>.<env>.<cluster>.<domain>. Takes (list $ "app"); the scheme is
global.names, which firedrill.yaml gives to every chart.
*/}}
{{- define "names.host" -}}
{{- $names := ((index . 0).Values.global).names | default dict -}}
{{- range $part := list "env" "cluster" "domain" -}}
{{- $_ := required (printf "global.names.%s is missing: names are <app>.<env>.<cluster>.<domain>; firedrill.yaml's names gives them, or --set global.names.%s=…" $part $part) (get $names $part) -}}
{{- end -}}
{{ index . 1 }}.{{ $names.env }}.{{ $names.cluster }}.{{ $names.domain }}
{{- end }}
