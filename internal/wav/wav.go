// Package wav reads the format of a WAV file from its first bytes. It reads no sound.
package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The errors of Parse.
var (
	ErrNotWAV   = errors.New("not a WAV file")
	ErrNoFormat = errors.New("no format chunk")
)

// PCM is the coding of sound that is not compressed.
const PCM = 1

// Format is the format of a sound.
type Format struct {
	Coding   int // PCM, or another number of Microsoft's list of codings
	Channels int // 1 for mono, 2 for stereo
	Bits     int // bits per sample
	Rate     int // samples per second, in Hz
}

// Parse reads the format from the beginning of a file. The format is in the chunk "fmt ", and a file may have other chunks before it. If
// that chunk is not in head, the error is ErrNoFormat: the chunk may follow later in the file.
func Parse(head []byte) (Format, error) {
	if len(head) < 12 || string(head[:4]) != "RIFF" || string(head[8:12]) != "WAVE" {
		return Format{}, ErrNotWAV
	}
	const headerSize, minFormatSize = 8, 16 // bytes in the header of a chunk, and in the shortest "fmt " chunk
	for rest := head[12:]; len(rest) >= headerSize+minFormatSize; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:headerSize]))
		rest = rest[headerSize:]
		if name == "fmt " && size >= minFormatSize {
			return readFormat(rest[:min(size, int64(len(rest)))]), nil
		}
		size += size % 2 // chunks are padded to an even length
		rest = rest[min(size, int64(len(rest))):]
	}
	return Format{}, ErrNoFormat
}

// readFormat reads a "fmt " chunk of at least 16 bytes.
func readFormat(chunk []byte) Format {
	const extensibleCoding = 0xFFFE // means that the coding is in the sub-format at the end of the chunk
	u16 := func(offset int) int { return int(binary.LittleEndian.Uint16(chunk[offset:])) }
	f := Format{Coding: u16(0), Channels: u16(2), Bits: u16(14), Rate: int(binary.LittleEndian.Uint32(chunk[4:]))}
	if f.Coding == extensibleCoding && len(chunk) >= 26 {
		f.Coding = u16(24) // the first two bytes of the sub-format
	}
	return f
}

// String describes the format, such as "PCM, 16 bits, mono, 8000 Hz".
func (f Format) String() string {
	coding := fmt.Sprintf("coding %d instead of PCM", f.Coding)
	if f.Coding == PCM {
		coding = "PCM"
	}
	channels := map[int]string{1: "mono", 2: "stereo"}[f.Channels]
	if channels == "" {
		channels = fmt.Sprintf("%d channels", f.Channels)
	}
	return fmt.Sprintf("%s, %d bits, %s, %d Hz", coding, f.Bits, channels, f.Rate)
}
