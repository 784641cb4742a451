/** The calibration of log-odds: scale and shift, two numbers by Newton's method (Platt 1999); a few steps converge. */
export function platt(answers: readonly { readonly odds: number; readonly isMatch: boolean }[]): {
  scale: number;
  shift: number;
} {
  let [scale, shift] = [1, 0];
  for (let step = 0; step < 20; step++) {
    // A little ridge towards (1, 0) keeps it finite where the answers are separable.
    let [ga, gb, haa, hab, hbb] = [scale - 1, shift, 1, 0, 1];
    for (const { odds, isMatch } of answers) {
      const p = 1 / (1 + Math.exp(-(scale * odds + shift)));
      const [error, weight] = [p - (isMatch ? 1 : 0), p * (1 - p)];
      ga += error * odds;
      gb += error;
      haa += weight * odds * odds;
      hab += weight * odds;
      hbb += weight;
    }
    const det = haa * hbb - hab * hab;
    scale = Math.max(0.05, scale - (hbb * ga - hab * gb) / det);
    shift -= (haa * gb - hab * ga) / det;
  }
  return { scale, shift };
}
