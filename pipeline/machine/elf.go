package machine

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
)

// target is what an executable needs to know of a processor.
type target struct {
	machine elf.Machine
	page    uint64 // the largest page size: segments are aligned to it
	code    []byte // exit(0)
}

// targets by GOARCH.
var targets = map[string]target{
	"amd64": {machine: elf.EM_X86_64, page: 0x1000, code: []byte{
		0x31, 0xff, // xor edi, edi     status 0
		0xb8, 0x3c, 0x00, 0x00, 0x00, // mov eax, 60  exit
		0x0f, 0x05, // syscall
	}},
	"arm64": {machine: elf.EM_AARCH64, page: 0x10000, code: []byte{
		0x00, 0x00, 0x80, 0xd2, // mov x0, #0    status 0
		0xa8, 0x0b, 0x80, 0xd2, // mov x8, #93   exit
		0x01, 0x00, 0x00, 0xd4, // svc #0
	}},
}

// Where Linux programs that are not position independent are loaded.
const loadAddress = 0x400000

// The sizes of the two headers, as the format lays them down for 64 bits.
const (
	fileHeaderSize    = 64
	segmentHeaderSize = 56
)

// exitProgram returns a static executable that does nothing but exit with
// status 0: the smallest thing a container can run. It consists of the file
// header, one segment header and the code, some 130 bytes, all of which are
// mapped as the one segment.
func exitProgram(goarch string) ([]byte, error) {
	t, ok := targets[goarch]
	if !ok {
		return nil, fmt.Errorf("no probe program for the processor %q: only amd64 and arm64 are known", goarch)
	}
	const headers = fileHeaderSize + segmentHeaderSize
	size := uint64(headers + len(t.code))
	file := elf.Header64{
		Ident: [elf.EI_NIDENT]byte{
			0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT),
		},
		Type:      uint16(elf.ET_EXEC),
		Machine:   uint16(t.machine),
		Version:   uint32(elf.EV_CURRENT),
		Entry:     loadAddress + headers, // the code follows the headers
		Phoff:     fileHeaderSize,        // the segment header follows this one
		Ehsize:    fileHeaderSize,
		Phentsize: segmentHeaderSize,
		Phnum:     1,
	}
	segment := elf.Prog64{
		Type:   uint32(elf.PT_LOAD),
		Flags:  uint32(elf.PF_R | elf.PF_X),
		Vaddr:  loadAddress,
		Paddr:  loadAddress,
		Filesz: size,
		Memsz:  size,
		Align:  t.page,
	}
	var b bytes.Buffer
	for _, part := range []any{file, segment, t.code} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			return nil, fmt.Errorf("write the probe program: %w", err)
		}
	}
	return b.Bytes(), nil
}
