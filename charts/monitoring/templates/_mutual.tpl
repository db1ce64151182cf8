{{/*
Mutual TLS between the components, with tls.mutual. docs/ingress.md tells who
checks whom.
*/}}

{{/*
peers are the components with a certificate of their own, which each shows to whom
it asks and to who asks it: name -> key of its values, as JSON.
*/}}
{{- define "monitoring.peers" -}}
{{- $peers := dict "alertmanager" "alertmanager" "blackbox-exporter" "blackboxExporter" "kube-state-metrics" "kubeStateMetrics" "node-exporter" "nodeExporter" "prometheus" "prometheus" -}}
{{- range $name, $key := dict "grafana" "grafana" "loki" "loki" "otel-collector" "otelCollector" -}}
{{- if (get $.Values $key).enabled }}{{ $_ := set $peers $name $key }}{{ end -}}
{{- end -}}
{{- toJson $peers -}}
{{- end }}

{{/* scheme that components speak. */}}
{{- define "monitoring.scheme" -}}
{{ .Values.tls.mutual | ternary "https" "http" }}
{{- end }}

{{/*
peerVolumes are peer.volumes with the file web.yml, for programs that read one. Takes
(list $ "name" "which"); which is a key of the ConfigMap web, without .yml.
*/}}
{{- define "monitoring.peerVolumes" -}}
{{- $root := index . 0 -}}
{{- if $root.Values.tls.mutual -}}
- name: peer
  projected:
    sources:
      - secret:
          name: {{ index . 1 }}-peer
          items: [{key: tls.crt, path: tls.crt}, {key: tls.key, path: tls.key}]
      - configMap:
          name: web
          items: [{key: {{ index . 2 }}.yml, path: web.yml}]
- name: trust
  configMap:
    name: {{ $root.Values.tls.trust }}
{{- end -}}
{{- end }}

{{/*
peerFiles are the certificate of who asks, and whose it wants to be shown, as
Prometheus and Alertmanager write it.
*/}}
{{- define "monitoring.peerFiles" -}}
tls_config:
  ca_file: /etc/trust/ca.crt
  cert_file: /etc/peer/tls.crt
  key_file: /etc/peer/tls.key
{{- end }}

{{/* peerClient is how Prometheus asks a component. Takes (list $ "name"). */}}
{{- define "monitoring.peerClient" -}}
{{- if (index . 0).Values.tls.mutual -}}
scheme: https
{{ include "monitoring.peerFiles" nil }}
  server_name: {{ index . 1 }}
{{- end -}}
{{- end }}

{{/*
webServer is how a program takes connections that knows Prometheus' settings for it.
Takes whether a certificate must be shown, as client_auth_type.
*/}}
{{- define "monitoring.webServer" -}}
cert_file: /etc/peer/tls.crt
key_file: /etc/peer/tls.key
client_ca_file: /etc/trust/ca.crt
client_auth_type: {{ . }}
{{- end }}

{{/*
grafanaClient is how Grafana asks a component. It ends within jsonData, whose other
keys follow. Takes (list $ "name").
*/}}
{{- define "monitoring.grafanaClient" -}}
{{- if (index . 0).Values.tls.mutual -}}
secureJsonData:
  tlsCACert: $__file{/etc/trust/ca.crt}
  tlsClientCert: $__file{/etc/peer/tls.crt}
  tlsClientKey: $__file{/etc/peer/tls.key}
jsonData:
  tlsAuth: true
  tlsAuthWithCACert: true
  serverName: {{ index . 1 }}
{{- else -}}
jsonData:
{{- end -}}
{{- end }}

{{/* collectorServer is how the collector takes connections. */}}
{{- define "monitoring.collectorServer" -}}
{{- if .Values.tls.mutual -}}
tls:
  cert_file: /etc/peer/tls.crt
  key_file: /etc/peer/tls.key
  # Files are looked at again, as certificates are renewed.
  reload_interval: 1m
  client_ca_file: /etc/trust/ca.crt
  client_ca_file_reload: true
{{- end -}}
{{- end }}

{{/*
exporterProbes are probes; with tls.mutual, when nobody is answered who has no
certificate, one knock at the start. The kubelet has none: each further knock would
be an error in the log, and tell no more than that the process lives. Takes (list $
probes).
*/}}
{{- define "monitoring.exporterProbes" -}}
{{- if (index . 0).Values.tls.mutual -}}
startupProbe:
  tcpSocket:
    port: http
  periodSeconds: 1
  failureThreshold: 60
{{- else -}}
{{- include "monitoring.probes" (index . 1) -}}
{{- end -}}
{{- end }}
