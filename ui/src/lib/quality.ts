// A first look at a picture before it is sent: is there light, is it sharp? The server judges for good.

export interface Look {
  /** Mean luma, 0 to 1. */
  light: number;
  /** Variance of the Laplacian of luma in 0 to 255, over the middle of a picture of 160 by 120. */
  sharpness: number;
}
export type Advice = 'dark' | 'bright' | 'blurred' | 'good';

// Of a synthetic portrait (portrait?seed=7&size=640x480&first=1) the variance is 1,503; blurred with a deviation of 2, 4 and 6
// pixels it is 529, 97 and 43. The bounds of luma are wide: they name what no camera's exposure should leave. All three only
// choose words here; what is refused, the server's measure of quality decides.
const darkest = 0.2;
const brightest = 0.85;
const softest = 60;
const width = 160;
const height = 120;

export function adviceFor(look: Look): Advice {
  if (look.light < darkest) return 'dark';
  if (look.light > brightest) return 'bright';
  return look.sharpness < softest ? 'blurred' : 'good';
}

export function lookAt(source: CanvasImageSource): Look {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return { light: 0.5, sharpness: softest };
  context.drawImage(source, 0, 0, width, height);
  return measured(context.getImageData(0, 0, width, height).data);
}

export function measured(rgba: Uint8ClampedArray): Look {
  const luma = new Float32Array(width * height);
  for (let i = 0; i < luma.length; i++) {
    luma[i] = 0.299 * (rgba[4 * i] ?? 0) + 0.587 * (rgba[4 * i + 1] ?? 0) + 0.114 * (rgba[4 * i + 2] ?? 0);
  }
  const at = (x: number, y: number) => luma[y * width + x] ?? 0;
  let light = 0;
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = height / 4; y < (height * 3) / 4; y++) {
    for (let x = width / 4; x < (width * 3) / 4; x++) {
      const edge = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
      light += at(x, y);
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  return { light: light / count / 255, sharpness: squares / count - (sum / count) ** 2 };
}
