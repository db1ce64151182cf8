{{/* labels of every object. */}}
{{- define "environments.labels" -}}
app.kubernetes.io/name: environment
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.Version | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* metadata of an object. Takes (list $ "name"). */}}
{{- define "environments.metadata" -}}
name: {{ index . 1 }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "environments.labels" (index . 0) | nindent 2 }}
{{- end }}

{{/* binding gives a Role to groups of people. Takes (list $ "role" groups). */}}
{{- define "environments.binding" -}}
{{- if index . 2 }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  {{- include "environments.metadata" . | nindent 2 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ index . 1 }}
subjects:
  {{- range index . 2 }}
  - apiGroup: rbac.authorization.k8s.io
    kind: Group
    name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end }}
