package spec

import (
	"fmt"
	"regexp"
	"strings"
)

// modulePath is a module's path without a version.
var modulePath = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.~_-]*(/[A-Za-z0-9.~_-]+)*$`)

func (c *checker) patches(at string, p Program) {
	if len(p.Patches) > 0 && strings.HasPrefix(p.Package, ".") {
		c.file.Errorf(at+".patches", "%q is a package of our own module, which is changed in place; only programs of pinned modules can be patched", p.Package)
	}
	of := map[string]bool{}
	for i, patch := range p.Patches {
		at := fmt.Sprintf("%s.patches[%d]", at, i)
		if of[patch.Of] {
			c.file.Errorf(at+".of", "%q has a patch above; put the changes of one module into one patch", patch.Of)
		}
		of[patch.Of] = true
		c.patch(at, patch)
	}
}

func (c *checker) patch(at string, p Patch) {
	if !modulePath.MatchString(p.Of) {
		c.file.Errorf(at+".of", "%q is not a module's path without version, such as example.com/mod", p.Of)
	}
	if len(p.Substitute)+len(p.Generate) == 0 {
		c.file.Errorf(at, "the patch changes nothing; give it 'substitute' or 'generate'")
	}
	for i, s := range p.Substitute {
		at := fmt.Sprintf("%s.substitute[%d]", at, i)
		c.inside(at+".file", s.File)
		switch s.Old {
		case "":
			c.file.Errorf(at+".old", "there is no text to be replaced; give one that occurs exactly once in %q", s.File)
		case s.New:
			c.file.Errorf(at+".new", "the text is the same as in 'old'")
		}
	}
	for i, g := range p.Generate {
		c.goPackage(fmt.Sprintf("%s.generate[%d]", at, i), g.Module, g.Package)
	}
}
