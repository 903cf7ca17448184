// The server's figures (Prometheus text format 0.0.4), as far as the page shows them.

export interface Stage {
  camera: string;
  stage: string;
  count: number;
  seconds: number;
}

export function stagesIn(metrics: string): Stage[] {
  const stages = new Map<string, Stage>();
  const line = /^regard_stage_seconds_(sum|count)\{camera="((?:[^"\\]|\\.)*)",stage="([^"]*)"\} (\S+)$/gm;
  for (const [, what, camera = '', stage = '', value] of metrics.matchAll(line)) {
    const key = `${camera}\n${stage}`;
    const one = stages.get(key) ?? { camera, stage, count: 0, seconds: 0 };
    if (what === 'sum') one.seconds = Number(value);
    else one.count = Number(value);
    stages.set(key, one);
  }
  return [...stages.values()].filter((one) => one.count > 0);
}
