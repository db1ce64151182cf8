package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"firedrill/pipeline/strict"
)

var digest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// checker finds what a well-formed image.yaml can still get wrong.
type checker struct {
	file  *strict.File
	spec  Spec
	names names // of all files read so far
	parts []string
}

func (c *checker) image() {
	c.name("image", c.spec.Name)
	if c.spec.Digest != "" && !digest.MatchString(c.spec.Digest) {
		c.file.Errorf("digest", "%q is not a digest; it is \"sha256:\" and 64 hexadecimal digits", c.spec.Digest)
	}
	for i, part := range c.spec.Contains {
		at := fmt.Sprintf("contains[%d]", i)
		c.name(at+".image", part.Name)
		c.build(at+".build", part.Build)
		c.parts = append(c.parts, part.Name)
	}
	c.build("build", c.spec.Build)
}

// name checks an image's name and that no other image has it.
func (c *checker) name(at, s string) {
	if s == "" {
		c.file.Errorf(at, "the image needs a name with a tag, such as localhost/firedrill/website:0.1.0")
		return
	}
	if strings.Contains(s, "@") {
		c.file.Errorf(at, "%q holds a digest; the name ends with a tag and the digest goes into the key 'digest'", s)
		return
	}
	if !strings.Contains(s[strings.LastIndex(s, "/")+1:], ":") {
		c.file.Errorf(at, "%q has no tag; write %s:VERSION, because 'latest' cannot be repeated", s, s)
		return
	}
	if _, err := name.NewTag(s); err != nil {
		c.file.Errorf(at, "%q is not an image name: %v", s, err)
		return
	}
	if other, taken := c.names[s]; taken {
		c.file.Errorf(at, "%q is the name of another image already, in %s", s, other)
		return
	}
	c.names[s] = c.file.Path
}

func (c *checker) build(at string, b Build) {
	if len(b.Layers) == 0 {
		c.file.Errorf(at, "the image has no layers; list at least one of go, debian, files, images under %s.layers", at)
	}
	for i, l := range b.Layers {
		c.layer(fmt.Sprintf("%s.layers[%d]", at, i), l)
	}
	for i, port := range b.Config.Ports {
		if port < 1 || port > 65535 {
			c.file.Errorf(fmt.Sprintf("%s.config.ports[%d]", at, i), "%d is not a port; ports go from 1 to 65535", port)
		}
	}
	if w := b.Config.Workdir; w != "" && w != "/" {
		c.absolute(at+".config.workdir", w)
	}
}

func (c *checker) layer(at string, l Layer) {
	if kinds := l.kinds(); len(kinds) != 1 {
		c.file.Errorf(at, "a layer is exactly one of go, debian, files, images; this one has %s", list(kinds))
		return
	}
	for i, p := range l.Go {
		c.program(fmt.Sprintf("%s.go[%d]", at, i), p)
	}
	if l.Debian != nil {
		c.debian(at+".debian", *l.Debian)
	}
	for i, f := range l.Files {
		c.files(fmt.Sprintf("%s.files[%d]", at, i), f)
	}
	if l.Images != nil {
		c.images(at+".images", *l.Images)
	}
}

func (c *checker) images(at string, images Images) {
	c.absolute(at+".to", images.To)
	if len(images.Names) == 0 {
		c.file.Errorf(at+".names", "no image is named; take some of those under contains: %s", list(c.parts))
	}
	for i, n := range images.Names {
		if !slices.Contains(c.parts, n) {
			c.file.Errorf(fmt.Sprintf("%s.names[%d]", at, i), "no image %q under contains; there %s", n, areList(c.parts))
		}
	}
}

func list(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	return strings.Join(words, ", ")
}

func areList(words []string) string {
	if len(words) == 0 {
		return "are none"
	}
	return "are: " + strings.Join(words, ", ")
}
