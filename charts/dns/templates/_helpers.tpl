{{/*
The name dns is fixed, whatever the release is called: issuers address it by
that name. One release a namespace.
*/}}

{{- define "dns.selectorLabels" -}}
app.kubernetes.io/name: dns
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "dns.labels" -}}
{{ include "dns.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* zone that the server is in charge of. */}}
{{- define "dns.zone" -}}
{{- $names := ((.Values.global).names) | default dict -}}
{{- .Values.zone | default $names.domain | default "firedrill.test" -}}
{{- end }}
