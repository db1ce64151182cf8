{{/*
Labels, names and images. Components have fixed names (prometheus,
alertmanager …), whatever the release is called: other programs, links and
runbooks address them by these names. One release a namespace.
*/}}

{{/* selectorLabels of a component. Takes (list $ "name"). */}}
{{- define "monitoring.selectorLabels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- end }}

{{/* labels of every object. Takes (list $ "name" .Values.<component>). */}}
{{- define "monitoring.labels" -}}
{{- $root := index . 0 -}}
{{ include "monitoring.selectorLabels" . }}
app.kubernetes.io/version: {{ (index . 2).image.tag | quote }}
app.kubernetes.io/part-of: {{ $root.Chart.Name }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end }}

{{/* image is "repository:tag", and "@digest" where one is given. */}}
{{- define "monitoring.image" -}}
{{ .repository }}:{{ .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}

{{/*
serviceAccount of a component. Only the pods that talk to the API server have a
token, see apiToken.
*/}}
{{- define "monitoring.serviceAccount" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ index . 1 }}
  namespace: {{ (index . 0).Release.Namespace }}
  labels:
    {{- include "monitoring.labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- end }}
