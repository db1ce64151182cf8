{{/*
The name ingress is fixed, whatever the release is called: policies of those whom
it asks know it by this name. One release a namespace.
*/}}

{{- define "ingress.selectorLabels" -}}
app.kubernetes.io/name: ingress
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "ingress.labels" -}}
{{ include "ingress.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
