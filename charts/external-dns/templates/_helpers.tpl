{{/*
The name external-dns is fixed, whatever the release is called: the DNS server's
policy lets it in by that name. One release a namespace.
*/}}

{{- define "external-dns.selectorLabels" -}}
app.kubernetes.io/name: external-dns
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "external-dns.labels" -}}
{{ include "external-dns.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* zone in which names are written. */}}
{{- define "external-dns.zone" -}}
{{- $names := ((.Values.global).names) | default dict -}}
{{- .Values.zone | default $names.domain | default "firedrill.test" -}}
{{- end }}

{{/* owner of what it writes. */}}
{{- define "external-dns.owner" -}}
{{- $names := ((.Values.global).names) | default dict -}}
{{- .Values.owner | default (printf "%s.%s" ($names.env | default "sandbox") ($names.cluster | default "kind")) -}}
{{- end }}
