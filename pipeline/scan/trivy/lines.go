package trivy

import "firedrill/pipeline/scan/render"

// words are what stands on the line that a check is about. Trivy points at the
// container, or at the whole object; where the word is in there, that line says
// more.
var words = map[string]string{
	"KSV-0001": "allowPrivilegeEscalation:",
	"KSV-0005": "SYS_ADMIN",
	"KSV-0006": "docker.sock",
	"KSV-0008": "hostIPC:",
	"KSV-0009": "hostNetwork:",
	"KSV-0010": "hostPID:",
	"KSV-0012": "runAsNonRoot:",
	"KSV-0013": "image:",
	"KSV-0014": "readOnlyRootFilesystem:",
	"KSV-0017": "privileged:",
	"KSV-0020": "runAsUser:",
	"KSV-0021": "runAsGroup:",
	"KSV-0022": "add:",
	"KSV-0023": "hostPath:",
	"KSV-0024": "hostPort:",
	"KSV-0025": "seLinuxOptions:",
	"KSV-0026": "sysctls:",
	"KSV-0027": "procMount:",
	"KSV-0105": "runAsUser:",
	"KSV-0110": "namespace:",
	"KSV-0117": "containerPort:",
	"KSV-0119": "NET_RAW",
	"KSV-0120": "SYS_MODULE",
}

// line is the line of the document that the finding is about.
func (m misconfiguration) line(d render.Document) int {
	from, to := m.CauseMetadata.StartLine, m.CauseMetadata.EndLine
	word, known := words[id(m.ID)]
	if !known {
		return from
	}
	if line := d.Find(word, from, to); line > 0 {
		return line
	}
	return from
}
