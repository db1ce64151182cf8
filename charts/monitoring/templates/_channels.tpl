{{/*
Who is told, and how. Both ways have the same receivers: people, which are the
values' channels, and inbox, where drills look.
*/}}

{{/*
webhook of Alertmanager; with tls.mutual that to inbox goes to its port for programs
that show a certificate; others are known to the world, and want none. Takes
(list $ key url).
*/}}
{{- define "monitoring.webhook" -}}
{{- $root := index . 0 -}}
{{- $inbox := printf "%s/" (trimSuffix "/" $root.Values.inbox.url) -}}
{{- if and $root.Values.tls.mutual (hasPrefix $inbox (index . 2)) -}}
{{ index . 1 }}: {{ trimSuffix "/" $root.Values.inbox.peerURL }}/{{ trimPrefix $inbox (index . 2) }}
http_config:
  {{- include "monitoring.peerFiles" nil | nindent 2 }}
{{- else -}}
{{ index . 1 }}: {{ index . 2 }}
{{- end }}
{{- end }}

{{/*
alertmanagerChannels is how one receiver of Alertmanager is told. Takes (list $
list-of-channels channel-values).
*/}}
{{- define "monitoring.alertmanagerChannels" -}}
{{- $root := index . 0 -}}
{{- $channel := index . 2 -}}
{{- range index . 1 }}
{{- if eq . "webhook" }}
webhook_configs:
  - {{- include "monitoring.webhook" (list $root "url" (replace "SENDER" "alertmanager" $channel.webhook.url)) | nindent 4 }}
    send_resolved: true
{{- else if eq . "mail" }}
email_configs:
  - to: {{ $channel.mail.to | replace "SENDER" "alertmanager" }}
    from: {{ $channel.mail.from | replace "SENDER" "alertmanager" }}
    smarthost: {{ $channel.mail.smarthost }}
    hello: alertmanager.monitoring.svc
    {{- if and $root.Values.tls.mutual (eq $channel.mail.smarthost $root.Values.inbox.smarthost) }}
    require_tls: true
    {{- include "monitoring.peerFiles" nil | nindent 4 }}
    {{- else }}
    require_tls: {{ $channel.mail.requireTLS }}
    {{- end }}
    {{- with $channel.mail.username }}
    auth_username: {{ . }}
    {{- end }}
    {{- with $channel.mail.secret }}
    auth_password_file: /etc/channels/mail/password
    {{- end }}
    send_resolved: true
    # Plain text alone: whoever is woken reads it on any screen.
    html: ""
    text: |
      {{ "{{ range .Alerts }}[{{ .Status }}] {{ .Annotations.summary }}" }}
      {{ "{{ .Annotations.description }}" }}
      since: {{ "{{ .StartsAt.UTC.Format \"2006-01-02T15:04:05Z07:00\" }}" }}
      runbook_url: {{ "{{ .Annotations.runbook_url }}" }}
      dashboard_url: {{ "{{ .Annotations.dashboard_url }}" }}

      {{ "{{ end }}" }}
{{- else if eq . "slack" }}
slack_configs:
  - {{- if $channel.slack.secret }}
    api_url_file: /etc/channels/slack/url
    {{- else }}
    {{- include "monitoring.webhook" (list $root "api_url" $channel.slack.url) | nindent 4 }}
    {{- end }}
    send_resolved: true
    title: {{ include "monitoring.messageTitle" nil | quote }}
    title_link: {{ "{{ (index .Alerts 0).Annotations.dashboard_url }}" | quote }}
    fallback: {{ include "monitoring.messageTitle" nil | quote }}
    text: |
      {{ "{{ range .Alerts }}*{{ .Annotations.summary }}*" }}
      {{ "{{ .Annotations.description }}" }}
      {{ "<{{ .Annotations.dashboard_url }}|Dashboard> · <{{ .Annotations.runbook_url }}|Runbook>" }}
      {{ "{{ end }}" }}
{{- else if eq . "teams" }}
msteamsv2_configs:
  - {{- if $channel.teams.secret }}
    webhook_url_file: /etc/channels/teams/url
    {{- else }}
    {{- include "monitoring.webhook" (list $root "webhook_url" $channel.teams.url) | nindent 4 }}
    {{- end }}
    send_resolved: true
    title: {{ include "monitoring.messageTitle" nil | quote }}
    text: |
      {{ "{{ range .Alerts }}**{{ .Annotations.summary }}**" }}

      {{ "{{ .Annotations.description }}" }}

      {{ "[Dashboard]({{ .Annotations.dashboard_url }}) · [Runbook]({{ .Annotations.runbook_url }})" }}

      {{ "{{ end }}" }}
{{- end }}
{{- end }}
{{- end }}

{{/* messageTitle is one line about a group of alarms, for chats. */}}
{{- define "monitoring.messageTitle" -}}
{{ "[{{ .Status | toUpper }}] {{ (index .Alerts 0).Annotations.summary }}{{ if gt (len .Alerts) 1 }} (and {{ len (slice .Alerts 1) }} more){{ end }}" }}
{{- end }}

{{/* inboxChannels are the settings of the receiver inbox, as a channel's are. */}}
{{- define "monitoring.inboxChannels" -}}
webhook: {url: {{ printf "%s/webhook/SENDER" (trimSuffix "/" .Values.inbox.url) | quote }}}
mail:
  to: SENDER@firedrill.example
  from: SENDER@firedrill.example
  smarthost: {{ .Values.inbox.smarthost | quote }}
  requireTLS: false
  username: ""
  secret: ""
{{- end }}

{{/*
contactPoint of Grafana. Takes (list "name" list-of-channels channel-values). In
provisioning files $$ is a dollar, and $__file is Grafana's.
*/}}
{{- define "monitoring.contactPoint" -}}
{{- $name := index . 0 -}}
{{- $channel := index . 2 -}}
orgId: 1
name: {{ $name }}
receivers:
  {{- range index . 1 }}
  - uid: {{ $name }}-{{ . }}
    {{- if eq . "webhook" }}
    type: webhook
    settings: {url: {{ $channel.webhook.url | replace "SENDER" "grafana" | quote }}, httpMethod: POST}
    {{- else if eq . "mail" }}
    type: email
    settings: {addresses: {{ $channel.mail.to | replace "SENDER" "grafana" | quote }}, singleEmail: true}
    {{- else if eq . "slack" }}
    type: slack
    settings:
      url: {{ $channel.slack.secret | empty | ternary $channel.slack.url "$__file{/etc/channels/slack/url}" | quote }}
      title: {{ include "monitoring.messageTitle" nil | quote }}
    {{- else if eq . "teams" }}
    type: teams
    settings:
      url: {{ $channel.teams.secret | empty | ternary $channel.teams.url "$__file{/etc/channels/teams/url}" | quote }}
      title: {{ include "monitoring.messageTitle" nil | quote }}
    {{- end }}
  {{- end }}
{{- end }}

{{/*
channelVolume is a volume with a folder a channel in it, which has what is secret
about it, if anything is.
*/}}
{{- define "monitoring.channelVolume" -}}
{{- $sources := list -}}
{{- range .Values.channels -}}
{{- $key := eq . "mail" | ternary "password" "url" -}}
{{- $name := . -}}
{{- with (get $.Values.channel .).secret -}}
{{- $item := dict "key" $key "path" (printf "%s/%s" $name $key) -}}
{{- $sources = append $sources (dict "secret" (dict "name" . "items" (list $item))) -}}
{{- end -}}
{{- end -}}
{{- with $sources -}}
- name: channels
  projected:
    sources:
      {{- toYaml . | nindent 6 }}
{{- end -}}
{{- end }}

{{/* drillPattern is the regular expression of drills' namespaces, anchored. */}}
{{- define "monitoring.drillPattern" -}}
{{- with .Values.drills.namespaces }}^(?:{{ . }})${{ end -}}
{{- end }}

{{/* drillRelabeling marks alarms of drills, for Prometheus' and Loki's rulers. */}}
{{- define "monitoring.drillRelabeling" -}}
{{- with .Values.drills.namespaces }}
- source_labels: [namespace]
  regex: {{ . | quote }}
  target_label: drill
  replacement: "true"
{{- end }}
{{- end }}

{{/* grafanaMail is grafana.ini's section smtp: through whom Grafana sends mail. */}}
{{- define "monitoring.grafanaMail" -}}
{{- $mail := .Values.channel.mail -}}
enabled: true
host: {{ $mail.smarthost }}
from_address: {{ $mail.from | replace "SENDER" "grafana" }}
from_name: Grafana
ehlo_identity: grafana.monitoring.svc
startTLS_policy: {{ $mail.requireTLS | ternary "MandatoryStartTLS" "NoStartTLS" }}
{{- with $mail.username }}
user: {{ . }}
{{- end }}
{{- with $mail.secret }}
password: $__file{/etc/channels/mail/password}
{{- end }}
{{- end }}
