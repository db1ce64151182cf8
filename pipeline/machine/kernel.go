package machine

import (
	"compress/gzip"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// feature is something that kind or kube-proxy asks of the kernel. It is there
// if one of its configuration symbols is set, or one of its modules is there.
type feature struct {
	name    string
	symbols []string
	modules []string
}

// basics are what every node needs. Their symbols have not changed for years.
var basics = []feature{
	{"bridge", []string{"BRIDGE"}, []string{"bridge"}},
	{"connection tracking", []string{"NF_CONNTRACK"}, []string{"nf_conntrack"}},
	{"network address translation", []string{"NF_NAT"}, []string{"nf_nat"}},
	{"nf_tables", []string{"NF_TABLES"}, []string{"nf_tables"}},
	{"overlay file system", []string{"OVERLAY_FS"}, []string{"overlay"}},
	{"veth", []string{"VETH"}, []string{"veth"}},
}

// matches are what the rules of kube-proxy (nft_) and of what enforces
// NetworkPolicies (xt_) use. Kernels rename these symbols now and then, so that a
// missing one is a warning.
var matches = []feature{
	{"nft_ct", []string{"NFT_CT"}, []string{"nft_ct"}},
	{"nft_fib", []string{"NFT_FIB"}, []string{"nft_fib"}},
	{"nft_masq", []string{"NFT_MASQ"}, []string{"nft_masq"}},
	{"nft_nat", []string{"NFT_NAT"}, []string{"nft_nat"}},
	{"nft_numgen", []string{"NFT_NUMGEN"}, []string{"nft_numgen"}},
	{"nft_reject", []string{"NFT_REJECT"}, []string{"nft_reject"}},
	{"xt_addrtype", []string{"NETFILTER_XT_MATCH_ADDRTYPE"}, []string{"xt_addrtype"}},
	{"xt_comment", []string{"NETFILTER_XT_MATCH_COMMENT"}, []string{"xt_comment"}},
	{"xt_conntrack", []string{"NETFILTER_XT_MATCH_CONNTRACK"}, []string{"xt_conntrack"}},
	{"xt_mark", []string{"NETFILTER_XT_MARK", "NETFILTER_XT_MATCH_MARK"}, []string{"xt_mark"}},
	{"xt_MASQUERADE", []string{"NETFILTER_XT_TARGET_MASQUERADE", "IP_NF_TARGET_MASQUERADE"}, []string{"xt_MASQUERADE", "ipt_MASQUERADE"}},
}

// kernel checks the features by what the kernel says of itself.
func (i inspection) kernel() Check {
	c := Check{Name: "kernel", Status: OK, Wanted: "overlay, veth, bridge, connection tracking, and nf_tables with what the cluster's network uses"}
	config, known := i.kernelConfig()
	modules := i.kernelModules()
	missing := absentFrom(basics, config, modules)
	all := slices.Concat(missing, absentFrom(matches, config, modules))
	release := "kernel " + i.host.text("proc/sys/kernel/osrelease")
	switch {
	case len(all) == 0:
		c.Found = release + " has them all"
	case known && len(missing) > 0:
		c.Status, c.Found = Lack, release+" without "+strings.Join(all, ", ")
		c.Fix = "start this machine with a kernel that has them: any of a distribution's standard kernels does"
	case known:
		c.Status, c.Found = Warning, release+" without "+strings.Join(all, ", ")
		c.Fix = "if Services do not answer in the cluster, start this machine with a distribution's standard kernel"
	default:
		c.Status, c.Found = Warning, release+" does not say whether it has "+strings.Join(all, ", ")
		c.Fix = "nothing, if a container engine was found: its probe used veth and bridge; otherwise look for /boot/config-* or /proc/config.gz"
	}
	return c
}

// absentFrom names the features that are neither built in nor modules.
func absentFrom(features []feature, config, modules map[string]bool) []string {
	var names []string
	for _, f := range features {
		built := slices.ContainsFunc(f.symbols, func(s string) bool { return config["CONFIG_"+s] })
		loadable := slices.ContainsFunc(f.modules, func(m string) bool { return modules[m] })
		if !built && !loadable {
			names = append(names, f.name)
		}
	}
	return names
}

// kernelConfig are the symbols that are set, and whether there was a
// configuration to read.
func (i inspection) kernelConfig() (map[string]bool, bool) {
	text := i.unzipped("proc/config.gz")
	if text == "" {
		text = i.host.text("boot/config-" + i.host.text("proc/sys/kernel/osrelease"))
	}
	set := map[string]bool{}
	for line := range strings.Lines(text) {
		symbol, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && (value == "y" || value == "m") {
			set[symbol] = true
		}
	}
	return set, text != ""
}

func (i inspection) unzipped(name string) string {
	f, err := i.host.files.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return ""
	}
	return string(text)
}

// kernelModules are the modules that are loaded, built in, or there to load,
// and the file systems that the kernel knows.
func (i inspection) kernelModules() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(i.host.text("proc/modules")) {
		name, _, _ := strings.Cut(line, " ")
		names[name] = true
	}
	for line := range strings.Lines(i.host.text("proc/filesystems")) {
		fields := strings.Fields(line)
		names[fields[len(fields)-1]] = true
	}
	folder := "lib/modules/" + i.host.text("proc/sys/kernel/osrelease")
	for _, list := range []string{"/modules.builtin", "/modules.dep"} {
		for line := range strings.Lines(i.host.text(folder + list)) {
			file, _, _ := strings.Cut(strings.TrimSpace(line), ":")
			name, _, _ := strings.Cut(path.Base(file), ".ko")
			names[strings.ReplaceAll(name, "-", "_")] = true
		}
	}
	return names
}

// modules checks the folder of kernel modules, which kind mounts into every
// node; an empty one does where the kernel has everything built in.
func (i inspection) modules() Check {
	const folder = "/lib/modules"
	c := Check{Name: folder, Status: OK, Found: "it exists", Wanted: "it exists, even if empty: kind mounts it into every node"}
	info, err := fs.Stat(i.host.files, folder[1:])
	if err == nil && info.IsDir() {
		return c
	}
	c.Status, c.Found, c.Fix = Lack, "there is none", "mkdir -p "+folder
	if i.host.uid != 0 {
		c.Fix = "sudo " + c.Fix
		return c
	}
	c.Safe, c.Folder = true, folder
	return c
}
