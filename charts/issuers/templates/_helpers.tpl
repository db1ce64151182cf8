{{/* labels of every object. Takes (list $ "name"). */}}
{{- define "issuers.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ index . 1 }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ $root.Chart.Name }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
{{- end }}

{{/* proof is the name that the certificate is asked for; none without one. */}}
{{- define "issuers.proof" -}}
{{- $proof := .Values.proof -}}
{{- if $proof.host }}{{ $proof.host }}{{ else if $proof.app }}{{ include "names.host" (list . $proof.app) }}{{ end -}}
{{- end }}

{{/* spec of the issuer of the kind that is chosen. */}}
{{- define "issuers.spec" -}}
{{- $values := .Values -}}
{{- $kind := .Values.issuer -}}
{{- if eq $kind "ca" -}}
ca:
  secretName: {{ $values.ca.secret }}
{{- else if eq $kind "selfsigned" -}}
selfSigned: {}
{{- else -}}
acme:
  server: {{ $values.acme.server }}
  {{- with $values.acme.email }}
  email: {{ . }}
  {{- end }}
  # The key of the account, made by cert-manager.
  privateKeySecretRef:
    name: {{ $values.name }}-acme-account
  solvers:
    {{- if eq $values.acme.challenge "dns01" }}
    - dns01:
        rfc2136:
          nameserver: {{ $values.acme.dns01.nameserver }}
          tsigKeyName: {{ $values.acme.dns01.tsig.key }}
          tsigAlgorithm: {{ $values.acme.dns01.tsig.algorithm }}
          tsigSecretSecretRef:
            name: {{ $values.acme.dns01.tsig.secret }}
            key: key
    {{- else }}
    - http01:
        ingress:
          class: {{ $values.acme.http01.ingressClass }}
          # Reached by the controller alone.
          serviceType: ClusterIP
          podTemplate:
            metadata:
              labels: {firedrill.io/acme-solver: "true"}
    {{- end }}
{{- end }}
{{- end }}
