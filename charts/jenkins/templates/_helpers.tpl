{{/*
The names jenkins and jenkins-agent are fixed, whatever the release is called:
the Jenkinsfile addresses them. One release a namespace.
*/}}

{{- define "jenkins.selectorLabels" -}}
app.kubernetes.io/name: jenkins
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "jenkins.labels" -}}
{{ include "jenkins.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "jenkins.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "jenkins.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* egress is where Jenkins and the job's pods both go. */}}
{{- define "jenkins.egress" -}}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
    {{- range .Values.networkPolicy.egressPorts }}
    - {port: {{ . | int }}, protocol: TCP}
    {{- end }}
{{- end }}

{{/* bound gives the job's pods one of their roles: root, role, namespace. */}}
{{- define "jenkins.bound" }}
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ .root.Release.Namespace }}-jenkins-agent-{{ .role }}
  namespace: {{ .namespace }}
  labels:
    {{- include "jenkins.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ .root.Release.Namespace }}-jenkins-agent-{{ .role }}
subjects:
  - kind: ServiceAccount
    name: jenkins-agent
    namespace: {{ .root.Release.Namespace }}
{{- end }}
