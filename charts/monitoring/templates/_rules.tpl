{{/*
Rule files on their way into Prometheus and Grafana. In rules/*.yaml they are
as a person wrote them; here links become absolute and, if rules.maxFor is set,
waits are cut short.
*/}}

{{/* ruleFiles are all rule files as one YAML mapping of name to text. */}}
{{- define "monitoring.ruleFiles" -}}
{{- $files := dict -}}
{{- range $path, $content := .Files.Glob "rules/*.yaml" -}}
{{- $_ := set $files (base $path) (toString $content) -}}
{{- end -}}
{{- range $name, $text := merge (dict) .Values.rules.extra $files }}
{{ $name }}: |
  {{- include "monitoring.ruleFile" (list $.Values.rules $name $text) | nindent 2 }}
{{- end }}
{{- end }}

{{/* seconds of a Prometheus duration, such as 1h30m or 500ms. */}}
{{- define "monitoring.seconds" -}}
{{- $unit := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 "d" 86400 "w" 604800 "y" 31536000 -}}
{{- $sum := 0.0 -}}
{{- range regexFindAll "[0-9]+(ms|[smhdwy])" . -1 -}}
{{- $number := regexFind "[0-9]+" . -}}
{{- $sum = addf $sum (mulf (float64 $number) (get $unit (trimPrefix $number .))) -}}
{{- end -}}
{{- $sum -}}
{{- end }}

{{/* absolute puts base before link unless link is absolute already. */}}
{{- define "monitoring.absolute" -}}
{{- $base := index . 0 -}}
{{- $link := index . 1 -}}
{{- if contains "://" $link }}{{ $link }}{{ else }}{{ trimSuffix "/" $base }}/{{ trimPrefix "/" $link }}{{ end -}}
{{- end }}

{{/* ruleFile takes (list .Values.rules "name" "text of the file"). */}}
{{- define "monitoring.ruleFile" -}}
{{- $values := index . 0 -}}
{{- $file := fromYaml (index . 2) -}}
{{- with $file.Error }}{{ fail (printf "rule file %s: %s" (index $ 1) .) }}{{ end -}}
{{- range $group := required (printf "rule file %s: key groups is missing" (index . 1)) $file.groups -}}
{{- range $rule := $group.rules -}}
{{- with $rule.annotations -}}
{{- with .runbook_url }}{{ $_ := set $rule.annotations "runbook_url" (include "monitoring.absolute" (list $values.runbookBaseURL .)) }}{{ end -}}
{{- with .dashboard_url }}{{ $_ := set $rule.annotations "dashboard_url" (include "monitoring.absolute" (list $values.dashboardBaseURL .)) }}{{ end -}}
{{- end -}}
{{- if and $values.maxFor $rule.for -}}
{{- if gt (include "monitoring.seconds" $rule.for | float64) (include "monitoring.seconds" $values.maxFor | float64) -}}
{{- $_ := set $rule "for" $values.maxFor -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $file -}}
{{- end }}
