{{/*
The rule files once more, as rules of Grafana's own alerting. Both ways must
judge the same, so everything comes from Prometheus' rule: query, `for`, labels
and annotations.
*/}}

{{/*
grafanaRules is a provisioning file with all alerting rules, a group of
Grafana's a group of ours. Recording rules stay Prometheus' business.
*/}}
{{- define "monitoring.grafanaRules" -}}
{{- $groups := list -}}
{{- $seen := dict -}}
{{- range $name, $text := include "monitoring.ruleFiles" . | fromYaml -}}
{{- range $group := (fromYaml $text).groups -}}
{{- $rules := list -}}
{{- range $rule := $group.rules -}}
{{- with $rule.alert -}}
{{- if hasKey $seen . }}{{ fail (printf "rule file %s: a second rule %s after that in %s; in Grafana a rule's name is its own" $name . (get $seen .)) }}{{ end -}}
{{- $_ := set $seen . $name -}}
{{- $rules = append $rules (include "monitoring.grafanaRule" (list $group.name $rule) | fromYaml) -}}
{{- end -}}
{{- end -}}
{{- with $rules -}}
{{- $interval := $.Values.grafana.alerting.evaluationInterval -}}
{{- $groups = append $groups (dict "orgId" 1 "name" $group.name "folder" "Alarms" "interval" $interval "rules" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $gone := include "monitoring.grafanaGone" (list $ $groups) | fromYamlArray -}}
{{- toYaml (dict "apiVersion" 1 "groups" $groups "deleteRules" $gone) -}}
{{- end }}

{{/*
grafanaGone lists the rules that an earlier revision provisioned and this one
does not: Grafana keeps a rule until it is told to delete it. Takes (list $
groups); the earlier revision, and what that one deleted, is in its ConfigMap.
*/}}
{{- define "monitoring.grafanaGone" -}}
{{- $config := lookup "v1" "ConfigMap" (index . 0).Release.Namespace "grafana-rules" -}}
{{- $old := dig "data" "rules.yaml" "{}" $config | fromYaml -}}
{{- $uids := list -}}
{{- range $old.deleteRules }}{{ $uids = append $uids .uid }}{{ end -}}
{{- range $old.groups }}{{ range .rules }}{{ $uids = append $uids .uid }}{{ end }}{{ end -}}
{{- range index . 1 }}{{ range .rules }}{{ $uids = without $uids .uid }}{{ end }}{{ end -}}
{{- $gone := list -}}
{{- range $uids | uniq | sortAlpha }}{{ $gone = append $gone (dict "orgId" 1 "uid" .) }}{{ end -}}
{{- toYaml $gone -}}
{{- end }}

{{/*
grafanaRule takes (list "group" rule). Its uid follows from its names, so that
a changed rule stays the same rule.

Prometheus raises an alarm for each series that the query returns, whatever its
value, zero and NaN included; Grafana, for each that is not zero. C says 1 for
all of them.

Grafana puts environment variables for $NAME in labels, but not in annotations
and queries; $$ is a dollar.
*/}}
{{- define "monitoring.grafanaRule" -}}
{{- $rule := index . 1 -}}
uid: {{ printf "%s/%s" (index . 0) $rule.alert | sha256sum | trunc 32 }}
title: {{ $rule.alert | quote }}
condition: C
data:
  - refId: A
    datasourceUid: prometheus
    relativeTimeRange: {from: 600, to: 0}
    model:
      refId: A
      expr: {{ $rule.expr | toString | quote }}
      instant: true
      range: false
  - refId: C
    datasourceUid: __expr__
    relativeTimeRange: {from: 600, to: 0}
    model:
      refId: C
      type: math
      expression: is_number($A) || is_nan($A) || is_inf($A)
# No series is no alarm, as in Prometheus. A query that fails is an alarm.
noDataState: OK
execErrState: Error
for: {{ $rule.for | default "0s" }}
{{- with $rule.keep_firing_for }}
keepFiringFor: {{ . }}
{{- end }}
# A series that has gone is an alarm that has ended, at once as in Prometheus.
missing_series_evals_to_resolve: 1
labels:
  {{- range $key, $text := $rule.labels }}
  {{ $key }}: {{ include "monitoring.grafanaText" $text | replace "$" "$$" | quote }}
  {{- end }}
annotations:
  {{- range $key, $text := $rule.annotations }}
  {{ $key }}: {{ include "monitoring.grafanaText" $text | quote }}
  {{- end }}
  {{- include "monitoring.grafanaPanel" $rule.annotations | nindent 2 }}
{{- end }}

{{/* grafanaText is a text of Prometheus' templates for those of Grafana. */}}
{{- define "monitoring.grafanaText" -}}
{{- regexReplaceAllLiteral "\\$value\\b" (toString .) "$values.A.Value" -}}
{{- end }}

{{/*
grafanaPanel takes annotations. If dashboard_url leads to a panel, it names the
two annotations by which Grafana shows the alarm in that panel.
*/}}
{{- define "monitoring.grafanaPanel" -}}
{{- $link := .dashboard_url | default "" -}}
{{- $dashboard := regexFind "/d/[A-Za-z0-9_-]+" $link | trimPrefix "/d/" -}}
{{- $panel := regexFind "[?&]viewPanel=[0-9]+" $link | regexFind "[0-9]+" -}}
{{- if and $dashboard $panel -}}
__dashboardUid__: {{ $dashboard | quote }}
__panelId__: {{ $panel | quote }}
{{- end -}}
{{- end }}
