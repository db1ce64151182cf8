package deploy

import (
	"fmt"
	"regexp"
	"strings"
)

// fixed is how Helm passes on, as text only, that the API server refuses to
// change what is fixed when an object is made: a StatefulSet's storage, a
// claim's class, a selector.
var fixed = regexp.MustCompile(`cannot patch "([^"]+)" with kind (\w+): .*?(?:spec: Forbidden: |is immutable)`)

// replaceHint says how to come by changes that the API server refuses for
// objects that exist. Nothing is deleted for the user: there may be data in it.
func replaceHint(namespace string, err error) string {
	var hint strings.Builder
	for refused := range strings.SplitSeq(err.Error(), " && ") {
		m := fixed.FindStringSubmatch(refused)
		if m == nil {
			continue
		}
		kind, claims := m[2], ""
		if kind == "StatefulSet" {
			claims = " and, for another storage, the volume claims that were made for it"
		}
		fmt.Fprintf(&hint, "\nan object that exists cannot be changed like that: delete it (kubectl -n %s delete %s %s)%s, then deploy again",
			namespace, strings.ToLower(kind), m[1], claims)
	}
	return hint.String()
}
