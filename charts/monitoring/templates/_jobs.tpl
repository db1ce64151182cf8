{{/* Pieces of scrape configuration that occur more than once. */}}

{{/*
ownPods is service discovery for the pods of one of this chart's components.
Takes (list $ "name").
*/}}
{{- define "monitoring.ownPods" -}}
kubernetes_sd_configs:
  - role: pod
    namespaces:
      own_namespace: true
    selectors:
      - role: pod
        label: app.kubernetes.io/name={{ index . 1 }},app.kubernetes.io/instance={{ (index . 0).Release.Name }}
{{- end }}

{{/*
annotations turns the annotations of a "pod" or a "service" into a target:
  prometheus.io/scrape           "true" asks for it
  prometheus.io/port             default: every port that is declared
  prometheus.io/path             default: /metrics
  prometheus.io/scheme           default: http
  prometheus.io/scrape-interval  default: prometheus.scrapeInterval
*/}}
{{- define "monitoring.annotations" -}}
{{- $meta := printf "__meta_kubernetes_%s_annotation_prometheus_io" . -}}
- source_labels: [{{ $meta }}_scrape]
  action: keep
  regex: "true"
- source_labels: [__meta_kubernetes_pod_phase]
  action: drop
  regex: Pending|Succeeded|Failed
- source_labels: [__meta_kubernetes_pod_ip, {{ $meta }}_port]
  regex: ([0-9.]+);([0-9]+)
  target_label: __address__
  replacement: $1:$2
- source_labels: [__meta_kubernetes_pod_ip, {{ $meta }}_port]
  regex: (.*:.*);([0-9]+)
  target_label: __address__
  replacement: "[$1]:$2"
- source_labels: [{{ $meta }}_path]
  regex: (.+)
  target_label: __metrics_path__
- source_labels: [{{ $meta }}_scheme]
  regex: (https?)
  target_label: __scheme__
# A timeout must not be longer than its interval.
- source_labels: [{{ $meta }}_scrape_interval]
  regex: (.+)
  target_label: __scrape_interval__
- source_labels: [{{ $meta }}_scrape_interval]
  regex: (.+)
  target_label: __scrape_timeout__
{{- end }}

{{/* podLabels says where a target runs. */}}
{{- define "monitoring.podLabels" -}}
- source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name]
  regex: (.+)
  target_label: job
- source_labels: [__meta_kubernetes_namespace]
  target_label: namespace
- source_labels: [__meta_kubernetes_pod_name]
  target_label: pod
- source_labels: [__meta_kubernetes_pod_node_name]
  target_label: node
{{- end }}

{{/*
kubelet is a job for one of the kubelet's pages. Asking the kubelet itself
needs no more than nodes/metrics; through the API server's proxy it would take
nodes/proxy, with which one can run commands in any pod.
*/}}
{{- define "monitoring.kubelet" -}}
{{- $values := index . 0 -}}
job_name: {{ index . 1 }}
metrics_path: {{ index . 2 }}
scheme: https
scrape_interval: {{ $values.clusterScrapeInterval }}
tls_config:
  ca_file: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
  insecure_skip_verify: {{ $values.kubeletInsecureSkipVerify }}
authorization:
  credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
kubernetes_sd_configs:
  - role: node
relabel_configs:
  - source_labels: [__meta_kubernetes_node_name]
    target_label: node
{{- end }}
