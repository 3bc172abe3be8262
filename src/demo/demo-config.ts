// The configuration of the demo: a real file, worth copying as the start of one's own.

/** YAML text over demo models served at `baseUrl`. */
export function demoConfig(baseUrl: string): string {
  return `# What \`signalbox serve\` uses where nothing is configured. The models are pretended and so are their prices.
providers:
  - { name: demo, type: openai-compatible, baseUrl: "${baseUrl}", forwardDecision: true }

models: # prices: USD per million tokens
  - { name: demo-small, provider: demo, contextTokens: 32000, price: { input: 0.15, output: 0.60 } }
  - { name: demo-large, provider: demo, contextTokens: 200000, price: { input: 2.50, output: 10.00 } }
  - { name: demo-reasoner, provider: demo, contextTokens: 128000, price: { input: 1.10, output: 4.40 } }

fastPath: # where the scorer is sure of one of these tiers, it decides alone; everything else is up to the rules below
  threshold: 0.7
  tiers: { SIMPLE: general, COMPLEX: hard, REASONING: reasoning }

signals:
  keywords:
    - { name: code, operator: OR, keywords: [code, function, class, bug, "stack trace", refactor, compile, regex, "unit test", typescript, python, rust, sql] }
    - { name: proof, operator: OR, keywords: [prove, proof, theorem, derive, "step by step", "why does"] }
    - { name: small-talk, operator: OR, keywords: [hello, hi, thanks, "thank you", "good morning"] }

decisions:
  - name: reasoning
    priority: 20
    rules: { signal: keyword, name: proof }
    models: [demo-reasoner, demo-large]
  - name: code
    priority: 10
    rules:
      type: AND
      conditions:
        - { signal: keyword, name: code }
        - { type: NOT, condition: { signal: keyword, name: small-talk } }
    models: [demo-large, demo-small]
  - { name: hard, models: [demo-large, demo-reasoner] } # no rules: reached through the tier COMPLEX only
  - { name: general, models: [demo-small, demo-large] }
defaultDecision: general
`;
}
