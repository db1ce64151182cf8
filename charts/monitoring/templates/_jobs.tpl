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
controlPlane is a job for one of the control plane's programs. It is looked for
on nodes and not among pods: the pod of one that has died goes, and nothing would
be left that is down. Takes (list .Values.controlPlane "job" port).
*/}}
{{- define "monitoring.controlPlane" -}}
{{- $values := index . 0 -}}
{{- $job := index . 1 -}}
job_name: {{ $job }}
scrape_interval: {{ $values.scrapeInterval }}
{{- if ne $job "etcd" }}
scheme: https
tls_config:
  insecure_skip_verify: {{ $values.insecureSkipVerify }}
authorization:
  credentials_file: /var/run/secrets/kubernetes.io/serviceaccount/token
{{- end }}
kubernetes_sd_configs:
  - role: node
relabel_configs:
  - source_labels: [__meta_kubernetes_node_labelpresent_node_role_kubernetes_io_control_plane]
    action: keep
    regex: "true"
  - source_labels: [__meta_kubernetes_node_address_InternalIP]
    target_label: __address__
    replacement: $1:{{ index . 2 }}
  - source_labels: [__meta_kubernetes_node_address_InternalIP]
    regex: (.*:.*)
    target_label: __address__
    replacement: "[$1]:{{ index . 2 }}"
  - source_labels: [__meta_kubernetes_node_name]
    target_label: node
metric_relabel_configs:
  # Most of what they tell, and no rule reads it.
  - source_labels: [__name__]
    action: drop
    regex: (apiserver|authentication|authorization|etcd_debugging|rest_client|workqueue)_.*_bucket
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
