{{/*
The name inbox is fixed, whatever the release is called: Alertmanager and the
pipeline address it by that name. One release a namespace.
*/}}

{{- define "inbox.selectorLabels" -}}
app.kubernetes.io/name: inbox
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "inbox.labels" -}}
{{ include "inbox.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* absolute puts base before link unless link is absolute already. */}}
{{- define "inbox.absolute" -}}
{{- $base := index . 0 -}}
{{- $link := index . 1 -}}
{{- if contains "://" $link }}{{ $link }}{{ else }}{{ trimSuffix "/" $base }}/{{ trimPrefix "/" $link }}{{ end -}}
{{- end }}

{{/*
heartbeat are the inbox's orders: the one rule of rules/heartbeat.yaml, a file in
Prometheus' format, with absolute links and the timeout of the values.
*/}}
{{- define "inbox.heartbeat" -}}
{{- $values := .Values.heartbeat -}}
{{- $file := .Files.Get "rules/heartbeat.yaml" | fromYaml -}}
{{- with $file.Error }}{{ fail (printf "rules/heartbeat.yaml: %s" .) }}{{ end -}}
{{- $rule := (index (index $file.groups 0).rules 0) -}}
{{- with $values.timeout }}{{ $_ := set $rule "for" . }}{{ end -}}
{{- with $rule.annotations -}}
{{- with .runbook_url }}{{ $_ := set $rule.annotations "runbook_url" (include "inbox.absolute" (list $values.runbookBaseURL .)) }}{{ end -}}
{{- with .dashboard_url }}{{ $_ := set $rule.annotations "dashboard_url" (include "inbox.absolute" (list (include "wayIn.url" (list $ "grafana" $values.dashboardBaseURL "http://localhost:3000/")) .)) }}{{ end -}}
{{- end -}}
{{- toYaml (dict "receiver" $values.receiver "alert" $values.rule "forward" $values.forward "rule" $rule) -}}
{{- end }}
