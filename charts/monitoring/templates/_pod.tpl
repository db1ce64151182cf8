{{/* What the pods of all components have in common. */}}

{{/* podSecurity: nobody, no root, the runtime's default system calls only. */}}
{{- define "monitoring.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65534
runAsGroup: 65534
# Makes volumes writable for the user above.
fsGroup: 65534
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* containerSecurity: nothing to gain for whoever breaks in. */}}
{{- define "monitoring.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/*
probes of a container. Takes a dict of ready and live, both path and port, and of
scheme if it is not HTTP.
Readiness is asked every second from the start, because whoever deploys waits
for it; but only ten failures in a row take a pod out of its Service, so that a
busy moment does not. Liveness is patient: a restart loses what is in memory.
*/}}
{{- define "monitoring.probes" -}}
readinessProbe:
  httpGet:
    path: {{ .ready.path }}
    port: {{ .ready.port }}
    {{- with .scheme }}
    scheme: {{ . | upper }}
    {{- end }}
  periodSeconds: 1
  timeoutSeconds: 3
  failureThreshold: 10
livenessProbe:
  httpGet:
    path: {{ .live.path }}
    port: {{ .live.port }}
    {{- with .scheme }}
    scheme: {{ . | upper }}
    {{- end }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{/*
apiToken is the volume of a pod that talks to the API server, in place of the one
that Kubernetes would mount into every container: a token that ends with the pod,
or after an hour; the kubelet renews it before. Its audience is the API server's
own, and it is of no use elsewhere.
*/}}
{{- define "monitoring.apiToken" -}}
- name: api-token
  projected:
    sources:
      - serviceAccountToken:
          path: token
          expirationSeconds: 3600
      - configMap:
          name: kube-root-ca.crt
          items:
            - key: ca.crt
              path: ca.crt
      - downwardAPI:
          items:
            - path: namespace
              fieldRef:
                fieldPath: metadata.namespace
{{- end }}

{{/* apiTokenMount is where every client of the API server looks for it. */}}
{{- define "monitoring.apiTokenMount" -}}
- name: api-token
  mountPath: /var/run/secrets/kubernetes.io/serviceaccount
  readOnly: true
{{- end }}

{{/* scheduling: who may pull the image and where the pod may run. */}}
{{- define "monitoring.scheduling" -}}
{{- $root := index . 0 -}}
{{- $values := index . 1 -}}
# Nobody reads the variables that Kubernetes makes of Services.
enableServiceLinks: false
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
apart keeps replicas on different nodes, where there are some. Takes (list $
"name" values).
*/}}
{{- define "monitoring.apart" -}}
{{- if gt (int (index . 2).replicas) 1 -}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "monitoring.selectorLabels" (list (index . 0) (index . 1)) | nindent 14 }}
{{- end -}}
{{- end }}

{{/*
storage of a StatefulSet: a claim if .persistence.enabled, else an emptyDir of
the same size. Takes the component's values; the volume is called "data".
*/}}
{{- define "monitoring.emptyDir" -}}
{{- if not .persistence.enabled -}}
- name: data
  emptyDir:
    sizeLimit: {{ .persistence.size }}
    {{- with .persistence.medium }}
    medium: {{ . }}
    {{- end }}
{{- end }}
{{- end }}

{{- define "monitoring.volumeClaimTemplates" -}}
{{- if .persistence.enabled -}}
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .persistence.storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .persistence.size }}
{{- end }}
{{- end }}

{{/*
goMemoryLimit is four fifths of the memory that a container may have, for the
variable GOMEMLIMIT: Go's collector works harder before the kernel kills. The
rest is for what Go does not count. Takes the component's resources.
*/}}
{{- define "monitoring.goMemoryLimit" -}}
{{- $bytes := dict "" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- $number := regexFind "^[0-9.]+" .limits.memory -}}
{{- $unit := required (printf "memory limit %s: k, M, G, T, Ki, Mi, Gi or Ti is wanted" .limits.memory) (get $bytes (trimPrefix $number .limits.memory)) -}}
{{- mulf (float64 $number) (float64 $unit) 0.8 | int64 -}}
{{- end }}
