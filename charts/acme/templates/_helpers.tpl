{{/*
The name acme is fixed, whatever the release is called: issuers address it by
that name. One release a namespace.
*/}}

{{- define "acme.selectorLabels" -}}
app.kubernetes.io/name: acme
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "acme.labels" -}}
{{ include "acme.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
