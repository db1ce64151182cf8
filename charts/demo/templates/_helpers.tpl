{{/*
Names are fixed (website, api), whatever the release is called: drills, rules
and the website itself address them by these names. One release a namespace.
*/}}

{{/* selectorLabels of a program. Takes (list $ "name"). */}}
{{- define "demo.selectorLabels" -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{/*
demo.port is where a program answers questions; probes and metrics stay at 8080.
Takes (list $ "name").
*/}}
{{- define "demo.port" -}}
{{ and (index . 0).Values.tls.mutual (eq (index . 1) "api") | ternary 8443 8080 }}
{{- end }}

{{/* labels of every object. Takes (list $ "name" values of the program). */}}
{{- define "demo.labels" -}}
{{- $root := index . 0 -}}
{{ include "demo.selectorLabels" . }}
app.kubernetes.io/version: {{ (index . 2).image.tag | quote }}
app.kubernetes.io/part-of: {{ $root.Chart.Name }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end }}
