{{/*
The rule files once more, as rules of Grafana's own alerting. Both ways must
judge the same, so everything comes from Prometheus' rule: query, `for`, labels
and annotations. Files in rules/grafana are Grafana's alone: they are about what
Prometheus cannot tell of.
*/}}

{{/*
grafanaTick holds sections of grafana.ini: how often Grafana looks which rules
are due. It only takes intervals of rules that are multiples of it.
*/}}
{{- define "monitoring.grafanaTick" -}}
{{- $alerting := .Values.grafana.alerting -}}
{{- $interval := include "monitoring.seconds" $alerting.evaluationInterval | int -}}
{{- if mod $interval (include "monitoring.seconds" $alerting.tick | int) -}}
{{- fail (printf "grafana.alerting.evaluationInterval is %s, which is no multiple of grafana.alerting.tick, %s" $alerting.evaluationInterval $alerting.tick) -}}
{{- end -}}
{{- if ne $alerting.tick "10s" -}}
feature_toggles: {configurableSchedulerTick: true}
unified_alerting: {scheduler_tick_interval: {{ $alerting.tick }}, min_interval: {{ $alerting.tick }}}
{{- end -}}
{{- end }}

{{/*
grafanaRules is a provisioning file with all alerting rules, a group of
Grafana's a group of ours. Recording rules stay Prometheus' business, and so does
the heartbeat: one of Grafana's would go on when Prometheus has died. So do the
mutants of `firedrill rules mutate`.
*/}}
{{- define "monitoring.grafanaRules" -}}
{{- $groups := list -}}
{{- $seen := dict -}}
{{- $ours := include "monitoring.ruleFiles" (list $ "rules/*.yaml" .Values.rules.extra .Values.rules.maxRange) | fromYaml -}}
{{- $theirs := include "monitoring.ruleFiles" (list $ "rules/grafana/*.yaml" dict .Values.rules.maxRange) | fromYaml -}}
{{- range $source := list (dict "files" $ours "lacking" "OK") (dict "files" $theirs "lacking" "Alerting") -}}
{{- range $name, $text := $source.files -}}
{{- range $group := (fromYaml $text).groups -}}
{{- $rules := list -}}
{{- range $rule := $group.rules -}}
{{- $left := or (eq ($rule.alert | default "") $.Values.heartbeat.rule) (not (empty (dig "labels" "mutant" "" $rule))) -}}
{{- with $left | ternary "" $rule.alert -}}
{{- if hasKey $seen . }}{{ fail (printf "rule file %s: a second rule %s after that in %s; in Grafana a rule's name is its own" $name . (get $seen .)) }}{{ end -}}
{{- $_ := set $seen . $name -}}
{{- $rules = append $rules (include "monitoring.grafanaRule" (list $ $group.name $rule $source.lacking) | fromYaml) -}}
{{- end -}}
{{- end -}}
{{- with $rules -}}
{{- $interval := $.Values.grafana.alerting.evaluationInterval -}}
{{- $groups = append $groups (dict "orgId" 1 "name" $group.name "folder" "Alarms" "interval" $interval "rules" .) -}}
{{- end -}}
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
grafanaRule takes (list $ "group" rule "what without an answer"). Its uid follows from its names, so that
a changed rule stays the same rule.

Prometheus raises an alarm for each series that the query returns, whatever its
value, zero and NaN included; Grafana, for each that is not zero. C says 1 for
all of them. A rule of Grafana's own always has a value, 0 while all is well.

Grafana puts environment variables for $NAME in labels, but not in annotations
and queries; $$ is a dollar.
*/}}
{{- define "monitoring.grafanaRule" -}}
{{- $rule := index . 2 -}}
uid: {{ printf "%s/%s" (index . 1) $rule.alert | sha256sum | trunc 32 }}
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
      expression: {{ eq (index . 3) "OK" | ternary "is_number($A) || is_nan($A) || is_inf($A)" "$A != 0" }}
# Without an answer: a rule of ours raises no alarm, as in Prometheus, and a dead
# Prometheus is one alarm and not one of each rule. A rule of Grafana's own does.
noDataState: {{ index . 3 }}
execErrState: {{ index . 3 }}
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
  {{- with include "monitoring.drillPattern" (index . 0) }}
  # As alert_relabel_configs do it elsewhere; an empty label is none.
  drill: {{ printf "{{ if match %q (index $labels %q) }}true{{ end }}" . "namespace" | replace "$" "$$" | quote }}
  {{- end }}
annotations:
  {{- range $key, $text := $rule.annotations }}
  {{ $key }}: {{ include "monitoring.grafanaText" $text | quote }}
  {{- end }}
  {{- include "monitoring.grafanaPanel" $rule.annotations | nindent 2 }}
{{- end }}

{{/*
grafanaText is a text of Prometheus' templates for those of Grafana, which fills
them in all the time: one with a value is empty while there is none.
*/}}
{{- define "monitoring.grafanaText" -}}
{{- $text := regexReplaceAllLiteral "\\$value\\b" (toString .) "$values.A.Value" -}}
{{- if ne $text (toString .) }}{{ printf "{{ if $values.A }}%s{{ end }}" $text }}{{ else }}{{ $text }}{{ end -}}
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
