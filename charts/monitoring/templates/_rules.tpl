{{/*
Rule files on their way into Prometheus, Loki and Grafana. In rules/ they are as a
person wrote them; here links become absolute, summaries of drills are marked and,
if rules.maxFor and rules.maxRange are set, waits and ranges are cut short.
*/}}

{{/*
ruleFiles are all rule files of a folder as one YAML mapping of name to text.
Takes (list $ "glob" further-files "longest range").
*/}}
{{- define "monitoring.ruleFiles" -}}
{{- $root := index . 0 -}}
{{- $files := dict -}}
{{- range $path, $content := $root.Files.Glob (index . 1) -}}
{{- $_ := set $files (base $path) (toString $content) -}}
{{- end -}}
{{- $maxRange := index . 3 -}}
{{- range $name, $text := merge (dict) (index . 2) $files }}
{{ $name }}: |
  {{- include "monitoring.ruleFile" (list $root $name $text $maxRange) | nindent 2 }}
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

{{/*
cutRanges takes (list "expression" "longest range"). The step of a subquery that is
cut becomes the evaluation interval: its own may be longer than what is left.
*/}}
{{- define "monitoring.cutRanges" -}}
{{- $expr := index . 0 -}}
{{- $max := index . 1 -}}
{{- range regexFindAll "\\[([0-9]+(ms|[smhdwy]))+(:[^\\]]*)?\\]" $expr -1 | uniq -}}
{{- $range := regexFind "^\\[[0-9a-z]+" . | trimPrefix "[" -}}
{{- if gt (include "monitoring.seconds" $range | float64) (include "monitoring.seconds" $max | float64) -}}
{{- $expr = replace . (printf "[%s%s]" $max (contains ":" . | ternary ":" "")) $expr -}}
{{- end -}}
{{- end -}}
{{- $expr -}}
{{- end }}

{{/*
marked is a summary that begins with [DRILL] if the alarm is one of a drill. It is
the rule's own template that says so: relabelling does not reach annotations, and
webhooks carry them as they are. index gives nothing for a label that is not there,
in Prometheus and in Grafana. Takes (list $ "summary").
*/}}
{{- define "monitoring.marked" -}}
{{- with include "monitoring.drillPattern" (index . 0) -}}
{{ printf "{{ if match %q (index $labels %q) }}[DRILL] {{ end }}" . "namespace" }}
{{- end -}}
{{ index . 1 }}
{{- end }}

{{/* ruleFile takes (list $ "name" "text of the file" "longest range"). */}}
{{- define "monitoring.ruleFile" -}}
{{- $root := index . 0 -}}
{{- $values := $root.Values.rules -}}
{{- $file := fromYaml (index . 2) -}}
{{- with $file.Error }}{{ fail (printf "rule file %s: %s" (index $ 1) .) }}{{ end -}}
{{- range $group := required (printf "rule file %s: key groups is missing" (index . 1)) $file.groups -}}
{{- range $rule := $group.rules -}}
{{- with $rule.annotations -}}
{{- with .summary }}{{ $_ := set $rule.annotations "summary" (include "monitoring.marked" (list $root .)) }}{{ end -}}
{{- with .runbook_url }}{{ $_ := set $rule.annotations "runbook_url" (include "monitoring.absolute" (list $values.runbookBaseURL .)) }}{{ end -}}
{{- with .dashboard_url }}{{ $_ := set $rule.annotations "dashboard_url" (include "monitoring.absolute" (list (include "wayIn.url" (list $root "grafana" $values.dashboardBaseURL "http://localhost:3000/")) .)) }}{{ end -}}
{{- end -}}
{{- with index $ 3 }}{{ $_ := set $rule "expr" (include "monitoring.cutRanges" (list (toString $rule.expr) .)) }}{{ end -}}
{{- if and $values.maxFor $rule.for -}}
{{- /* RULE__threshold is a rule that `rules mutate` has changed: it waits as long. */ -}}
{{- $max := get $values.maxForOf (regexReplaceAll "__.*" $rule.alert "") | default $values.maxFor -}}
{{- if gt (include "monitoring.seconds" $rule.for | float64) (include "monitoring.seconds" $max | float64) -}}
{{- $_ := set $rule "for" $max -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- toYaml $file -}}
{{- end }}
