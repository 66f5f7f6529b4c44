package wav_test

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/pushcheck/pushcheck/internal/wav"
)

// wavFile returns the beginning of a WAV file. otherChunks are the contents of the chunks before the format chunk.
func wavFile(coding, channels, bits uint16, rate uint32, otherChunks ...string) []byte {
	out := []byte("RIFF\x00\x00\x00\x00WAVE")
	for _, chunk := range otherChunks {
		out = append(out, "LIST"...)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(chunk)))
		out = append(out, chunk...)
		if len(chunk)%2 == 1 {
			out = append(out, 0)
		}
	}
	out = append(out, "fmt \x10\x00\x00\x00"...)
	out = binary.LittleEndian.AppendUint16(out, coding)
	out = binary.LittleEndian.AppendUint16(out, channels)
	out = binary.LittleEndian.AppendUint32(out, rate)
	out = binary.LittleEndian.AppendUint32(out, rate*uint32(channels)*uint32(bits)/8)
	out = binary.LittleEndian.AppendUint16(out, channels*bits/8)
	return binary.LittleEndian.AppendUint16(out, bits)
}

func TestParseDescribesTheFormat(t *testing.T) {
	t.Parallel()
	extensibleFormat := append(wavFile(0xFFFE, 1, 16, 8000), 22, 0, 16, 0, 4, 0, 0, 0, 1, 0)
	extensibleFormat[16] = 40 // the size of the format chunk in bytes
	longFormatChunk := append(wavFile(1, 1, 16, 8000), make([]byte, 24)...)
	longFormatChunk[16] = 40
	tests := []struct {
		name string
		head []byte
		want string
	}{
		{"mono", wavFile(1, 1, 16, 8000), "PCM, 16 bits, mono, 8000 Hz"},
		{"stereo", wavFile(1, 2, 16, 8000), "PCM, 16 bits, stereo, 8000 Hz"},
		{"three channels", wavFile(1, 3, 16, 8000), "PCM, 16 bits, 3 channels, 8000 Hz"},
		{"44.1 kHz", wavFile(1, 1, 16, 44100), "PCM, 16 bits, mono, 44100 Hz"},
		{"A-law", wavFile(6, 1, 8, 8000), "coding 6 instead of PCM, 8 bits, mono, 8000 Hz"},
		{"another chunk of odd length before the format chunk", wavFile(1, 1, 16, 8000, "odd"), "PCM, 16 bits, mono, 8000 Hz"},
		{"extensible format with PCM as its sub-format", extensibleFormat, "PCM, 16 bits, mono, 8000 Hz"},
		{"extensible format without a sub-format", wavFile(0xFFFE, 1, 16, 8000), "coding 65534 instead of PCM, 16 bits, mono, 8000 Hz"},
		{"format chunk of 40 bytes", longFormatChunk, "PCM, 16 bits, mono, 8000 Hz"},
	}
	for _, test := range tests {
		if got, err := wav.Parse(test.head); err != nil || got.String() != test.want {
			t.Errorf("%s: Parse() = %v, %v, want %s", test.name, got, err, test.want)
		}
	}
}

func TestParseReturnsAnErrorIfThereIsNoFormat(t *testing.T) {
	t.Parallel()
	shortFormatChunk := "RIFF\x00\x00\x00\x00WAVEfmt \x08\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00data\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	tests := []struct {
		name, head string
		want       error
	}{
		{"no bytes", "", wav.ErrNotWAV},
		{"2 bytes of a WAV file", "RI", wav.ErrNotWAV},
		{"11 bytes of a WAV file", "RIFF\x00\x00\x00\x00WAV", wav.ErrNotWAV},
		{"an AVI file", "RIFF\x00\x00\x00\x00AVI fmt ", wav.ErrNotWAV},
		{"RIFX, which has the other byte order", "RIFX\x00\x00\x00\x00WAVEfmt ", wav.ErrNotWAV},
		{"no chunk", "RIFF\x00\x00\x00\x00WAVE", wav.ErrNoFormat},
		{"format chunk of 8 bytes", shortFormatChunk, wav.ErrNoFormat},
		{"end within the format chunk", string(wavFile(1, 1, 16, 8000)[:30]), wav.ErrNoFormat},
		{"chunk that is longer than the file", "RIFF....WAVELIST\xff\xff\xff\xff", wav.ErrNoFormat},
	}
	for _, test := range tests {
		if got, err := wav.Parse([]byte(test.head)); !errors.Is(err, test.want) {
			t.Errorf("%s: Parse() = %v, %v, want the error %v", test.name, got, err, test.want)
		}
	}
}
