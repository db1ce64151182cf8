{{/* Who may talk to whom. docs/security.md draws it. */}}

{{/* peer is one side of an arrow: pods of this release, by name. Takes (list $ "name"). */}}
{{- define "monitoring.peer" -}}
podSelector:
  matchLabels:
    {{- include "monitoring.selectorLabels" . | nindent 4 }}
{{- end }}

{{/*
notPods are nodes and the world outside: the API server, by whose proxy firedrill
asks, and what alarms are sent to. No policy can name a node.
*/}}
{{- define "monitoring.notPods" -}}
ipBlock:
  cidr: 0.0.0.0/0
  except: [{{ .Values.networkPolicy.podCIDR }}]
{{- end }}

{{/* dns lets names be looked up. */}}
{{- define "monitoring.dns" -}}
- to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
      podSelector:
        matchLabels: {k8s-app: kube-dns}
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- end }}

{{/*
networkPolicy of a component. Takes (list $ "name" values arrows); arrows are
  in     list of dict: ports, udp, from (components), nodes (true: from outside of
         pods), everybody (true: from all pods), people (true: through the ingress
         controller, with tls.enabled)
  out    list of dict: ports (none: all), udp, to (components), inbox (true: in any
         namespace), nodes
  all    true: it may talk to everything
*/}}
{{- define "monitoring.networkPolicy" -}}
{{- $root := index . 0 -}}
{{- $arrows := index . 3 -}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ index . 1 }}
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- include "monitoring.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      {{- include "monitoring.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- range $arrows.in }}
    - from:
        {{- range .from }}
        - {{- include "monitoring.peer" (list $root .) | nindent 10 }}
        {{- end }}
        {{- if .nodes }}
        - {{- include "monitoring.notPods" $root | nindent 10 }}
        {{- end }}
        {{- if .everybody }}
        - namespaceSelector: {}
        {{- end }}
        {{- if and .people $root.Values.tls.enabled }}
        - {{- include "wayIn.controller" $root | nindent 10 }}
        {{- end }}
      ports:
        {{- range .ports }}
        - {port: {{ . }}, protocol: TCP}
        {{- end }}
        {{- range .udp }}
        - {port: {{ . }}, protocol: UDP}
        {{- end }}
    {{- end }}
  {{- if $arrows.all }}
  egress: [{}]
  {{- else if not $arrows.out }}
  egress: []
  {{- else }}
  egress:
    {{- include "monitoring.dns" $root | nindent 4 }}
    {{- range $arrows.out }}
    - to:
        {{- range .to }}
        - {{- include "monitoring.peer" (list $root .) | nindent 10 }}
        {{- end }}
        {{- if .inbox }}
        - namespaceSelector: {}
          podSelector:
            matchLabels: {app.kubernetes.io/name: inbox}
        {{- end }}
        {{- if .nodes }}
        - {{- include "monitoring.notPods" $root | nindent 10 }}
        {{- end }}
      {{- if .ports }}
      ports:
        {{- range .ports }}
        - {port: {{ . }}, protocol: TCP}
        {{- end }}
        {{- range .udp }}
        - {port: {{ . }}, protocol: UDP}
        {{- end }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}
