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
