{{/*
The name dns is fixed, whatever the release is called: issuers address it by
that name. One release a namespace.
*/}}

{{- define "dns.selectorLabels" -}}
app.kubernetes.io/name: dns
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* labels of every object. */}}
{{- define "dns.labels" -}}
{{ include "dns.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | quote }}
app.kubernetes.io/part-of: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/* zone that the server is in charge of. */}}
{{- define "dns.zone" -}}
{{- $names := ((.Values.global).names) | default dict -}}
{{- .Values.zone | default $names.domain | default "firedrill.test" -}}
{{- end }}

{{/*
recordName is whose record it is, as a zone file has it. BIND leaves out what is of
another zone and says so in its log only. Takes (list $ record).
*/}}
{{- define "dns.recordName" -}}
{{- $record := index . 1 -}}
{{- if $record.app -}}
{{- $host := include "names.host" (list (index . 0) $record.app) -}}
{{- $zone := include "dns.zone" (index . 0) -}}
{{- if not (hasSuffix (printf ".%s" $zone) $host) -}}
{{- fail (printf "records: %s, the name of app %s, is not in the zone %s; leave zone out, or give the record a name in it" $host $record.app $zone) -}}
{{- end -}}
{{ $host }}.
{{- else -}}
{{ $record.name }}
{{- end -}}
{{- end }}
