// The configuration that the config tests start from: SPEC §12's example with the features that exist.

export const goodEnvironment = { OPENAI_API_KEY: 'sk-canary-7f3a' };

export const goodConfig = `providers:
  - { name: openai, type: openai, apiKey: "\${OPENAI_API_KEY}" }
  - { name: local, type: openai-compatible, baseUrl: http://127.0.0.1:8000/v1 }
models:
  - { name: gpt-4o-mini, provider: openai, contextTokens: 128000, price: { input: 0.15, output: 0.60 }, capabilities: [tools, vision, json] }
  - { name: deepseek-r1, provider: local, contextTokens: 65536, price: { input: 0.5, output: 2.2 }, capabilities: [reasoning] }
fastPath: { enabled: true, threshold: 0.7, tiers: { SIMPLE: general, REASONING: hard } }
signals:
  keywords:
    - { name: urgent, operator: OR, keywords: [urgent, asap] }
decisions:
  - name: hard
    priority: 10
    rules:
      type: OR
      conditions:
        - { signal: keyword, name: urgent, minConfidence: 0.6 }
        - type: NOT
          condition: { signal: keyword, pattern: '\\bhello\\b' }
    models: [deepseek-r1, gpt-4o-mini]
    algorithm: { type: static }
  - { name: general, models: [gpt-4o-mini] }
defaultDecision: general
identity:
  apiKeys:
    - { key: team-a-secret, tenant: team-a, groups: [staff] }
server: { port: 8081, drainSeconds: 10 }
logs: { level: warn }
`;
