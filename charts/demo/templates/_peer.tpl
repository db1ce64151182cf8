{{/*
Programs that show each other certificates, with tls.mutual. The same file is in
every chart that has one of them (charts/peer_test.go), so that each can be taken by
itself. docs/ingress.md explains it.
*/}}

{{/* peer.certificate of a program, for both directions. Takes (list $ "name" labels). */}}
{{- define "peer.certificate" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $tls := $root.Values.tls -}}
{{- if $tls.mutual -}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ $name }}-peer
  namespace: {{ $root.Release.Namespace }}
  labels:
    {{- index . 2 | nindent 4 }}
spec:
  secretName: {{ $name }}-peer
  dnsNames:
    - {{ $name }}
    {{- range list "" ".svc" ".svc.cluster.local" }}
    - {{ $name }}.{{ $root.Release.Namespace }}{{ . }}
    {{- end }}
  issuerRef:
    name: {{ $tls.peerIssuer.name }}
    kind: {{ $tls.peerIssuer.kind }}
    group: cert-manager.io
  usages: [digital signature, server auth, client auth]
  privateKey: {algorithm: ECDSA, size: 256, rotationPolicy: Always}
  {{- with $tls.duration }}
  duration: {{ . }}
  {{- end }}
  {{- with $tls.renewBefore }}
  renewBefore: {{ . }}
  {{- end }}
  revisionHistoryLimit: 2
{{- end }}
{{- end }}

{{/* peer.args name the files to a program of ours. Takes $. */}}
{{- define "peer.args" -}}
{{- if .Values.tls.mutual -}}
- -tls-cert=/etc/peer/tls.crt
- -tls-key=/etc/peer/tls.key
- -tls-ca=/etc/trust/ca.crt
{{- end }}
{{- end }}

{{/* peer.mounts of its container. Takes $. */}}
{{- define "peer.mounts" -}}
{{- if .Values.tls.mutual -}}
- name: peer
  mountPath: /etc/peer
  readOnly: true
- name: trust
  mountPath: /etc/trust
  readOnly: true
{{- end }}
{{- end }}

{{/* peer.volumes of its pod. Takes (list $ "name"). */}}
{{- define "peer.volumes" -}}
{{- $tls := (index . 0).Values.tls -}}
{{- if $tls.mutual -}}
- name: peer
  secret:
    secretName: {{ index . 1 }}-peer
- name: trust
  configMap:
    name: {{ $tls.trust }}
{{- end }}
{{- end }}
