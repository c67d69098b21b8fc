package safe

import (
	"image"

	"github.com/disintegration/imaging"
)

const avatarColours = 16

// face makes an avatar. A pixel drawing of 8, 12, 16, 24 or 48 pixels keeps them sharp.
func face(d *drawing) (Squeezed, error) {
	small := imaging.Fill(d.fitted, avatarSide, avatarSide, imaging.Center, imaging.CatmullRom)
	if d.flat == nil {
		return photograph(onWhite(small), avatarBudget)
	}
	k := pixelSize(d.flat)
	if side := min(d.flat.Rect.Dx(), d.flat.Rect.Dy()) / k; avatarSide%side == 0 {
		small = d.upright(imaging.Resize(d.flat, d.flat.Rect.Dx()/k, d.flat.Rect.Dy()/k, imaging.NearestNeighbor))
		small = imaging.Resize(imaging.CropCenter(small, side, side), avatarSide, avatarSide, imaging.NearestNeighbor)
	}
	for _, colours := range []int{coloursMost, avatarColours} {
		if s, err := encodePNG(quantized(small, colours), avatarBudget); err == nil {
			return s, nil
		}
	}
	return photograph(onWhite(small), avatarBudget)
}

// button makes a web button; as a PNG of so few pixels anything fits.
func button(d *drawing) (Squeezed, error) {
	fit := image.Pt(buttonWidth, buttonHeight)
	if s, err := moving(d.gif, fit, buttonBudget, buttonThinnings); err == nil {
		return s, nil
	}
	return encodePNG(quantized(shrink(d.fitted, fit), coloursMost), buttonBudget)
}
