// Command palette writes a screenshot as a small PNG: text on a plain ground has
// few colours that matter.
package main

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
)

const colours = 64

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: palette IN.png OUT.png")
		os.Exit(2)
	}
	if err := reduce(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func reduce(in, out string) error {
	f, err := os.Open(in)
	if err != nil {
		return err
	}
	defer f.Close()
	src, err := png.Decode(f)
	if err != nil {
		return err
	}
	dst := image.NewPaletted(src.Bounds(), frequent(src))
	index := make(map[color.Color]uint8)
	for y := src.Bounds().Min.Y; y < src.Bounds().Max.Y; y++ {
		for x := src.Bounds().Min.X; x < src.Bounds().Max.X; x++ {
			c := src.At(x, y)
			i, ok := index[c]
			if !ok {
				i = uint8(dst.Palette.Index(c))
				index[c] = i
			}
			dst.SetColorIndex(x, y, i)
		}
	}
	w, err := os.Create(out)
	if err != nil {
		return err
	}
	enc := png.Encoder{CompressionLevel: png.BestCompression}
	if err := enc.Encode(w, dst); err != nil {
		return err
	}
	return w.Close()
}

// frequent are the colours that most pixels have.
func frequent(m image.Image) color.Palette {
	count := make(map[color.Color]int)
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			count[m.At(x, y)]++
		}
	}
	all := slices.Collect(maps.Keys(count))
	slices.SortFunc(all, func(a, b color.Color) int {
		if d := cmp.Compare(count[b], count[a]); d != 0 {
			return d
		}
		return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
	})
	return all[:min(len(all), colours)]
}
