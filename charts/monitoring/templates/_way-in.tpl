{{/*
How an app is reached by name, over HTTPS. The same file is in every chart that
has such an app (charts/way_in_test.go), so that each can be taken by itself.
docs/ingress.md explains it.
*/}}

{{/* names.url is the app's address, without a slash at its end. Takes (list $ "app"). */}}
{{- define "names.url" -}}
https://{{ include "names.host" . }}
{{- end }}

{{/*
wayIn.url is a value where it is given, else the app's address with tls.enabled, else
what is last. Takes (list $ "app" value else).
*/}}
{{- define "wayIn.url" -}}
{{- if index . 2 }}{{ index . 2 }}{{ else if (index . 0).Values.tls.enabled }}{{ include "names.url" . }}/{{ else }}{{ index . 3 }}{{ end -}}
{{- end }}

{{/*
wayIn.objects let people reach a Service of this release by name. They are in the
namespace of the ingress controller, which can read nothing elsewhere; so the key
of the certificate is there too, and not with the app. Takes (list $ dict), of
  app     what the name begins with
  service its Service, port the Service's port
  labels  of all objects, pods those that select its pods: both as YAML
  mutual  true: with tls.mutual it is asked over HTTPS, with a certificate
*/}}
{{- define "wayIn.objects" -}}
{{- $root := index . 0 -}}
{{- $app := index . 1 -}}
{{- $tls := $root.Values.tls -}}
{{- $host := include "names.host" (list $root $app.app) -}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ $app.app }}
  namespace: {{ $tls.ingress.namespace }}
  labels:
    {{- $app.labels | nindent 4 }}
spec:
  secretName: {{ $app.app }}-tls
  dnsNames: [{{ $host }}]
  issuerRef:
    name: {{ $tls.issuer.name }}
    kind: {{ $tls.issuer.kind }}
    group: cert-manager.io
  usages: [digital signature, server auth]
  # A new key with every certificate: an old one is of no use to who has got it.
  privateKey: {algorithm: ECDSA, size: 256, rotationPolicy: Always}
  {{- with $tls.duration }}
  duration: {{ . }}
  {{- end }}
  {{- with $tls.renewBefore }}
  renewBefore: {{ . }}
  {{- end }}
  revisionHistoryLimit: 2
---
# An Ingress names a Service of its own namespace only.
apiVersion: v1
kind: Service
metadata:
  name: {{ $app.app }}
  namespace: {{ $tls.ingress.namespace }}
  labels:
    {{- $app.labels | nindent 4 }}
  {{- if and $tls.mutual $app.mutual }}
  annotations:
    traefik.ingress.kubernetes.io/service.serversscheme: https
    traefik.ingress.kubernetes.io/service.serverstransport: peers@file
  {{- end }}
spec:
  type: ExternalName
  externalName: {{ $app.service }}.{{ $root.Release.Namespace }}.svc.cluster.local
  ports:
    - name: http
      port: {{ $app.port }}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $app.app }}
  namespace: {{ $tls.ingress.namespace }}
  labels:
    {{- $app.labels | nindent 4 }}
  annotations:
    # Classes are objects of the cluster, which the controller has no right to read.
    kubernetes.io/ingress.class: {{ $tls.ingress.class }}
    {{- with $tls.ingress.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  tls:
    - hosts: [{{ $host }}]
      secretName: {{ $app.app }}-tls
  rules:
    - host: {{ $host }}
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {{ $app.app }}
                port: {name: http}
{{- if $root.Values.networkPolicy.enabled }}
---
# The controller may talk to this app's pods, and to nobody whom no chart names.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: to-{{ $app.app }}
  namespace: {{ $tls.ingress.namespace }}
  labels:
    {{- $app.labels | nindent 4 }}
spec:
  podSelector:
    matchLabels: {app.kubernetes.io/name: ingress}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: {{ $root.Release.Namespace }}}
          podSelector:
            matchLabels:
              {{- $app.pods | nindent 14 }}
      ports:
        - {port: {{ $app.port }}, protocol: TCP}
{{- end }}
{{- end }}

{{/*
wayIn.controller is the ingress controller in policies of those whom it asks.
Takes $.
*/}}
{{- define "wayIn.controller" -}}
namespaceSelector:
  matchLabels: {kubernetes.io/metadata.name: {{ .Values.tls.ingress.namespace }}}
podSelector:
  matchLabels: {app.kubernetes.io/name: ingress}
{{- end }}
