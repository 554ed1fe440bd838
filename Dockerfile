# The exporter for one Linux host. Build: `docker build -t ephemeral-port-exporter .`; how to run it: docs/install.md.
ARG NODE=docker.io/library/node:24.21.0-trixie-slim
ARG DEBIAN=docker.io/library/debian:trixie-slim

FROM ${NODE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/finish-build.js scripts/
COPY src src
# What `--version` and build_info tell: there is no .git in here.
ARG REVISION=unknown
# The rooms that only development needs go: alert rules and dashboards as data, simulations, the demo.
RUN npm run build && rm -rf dist/bundle dist/sim dist/demo && npm prune --omit=dev --ignore-scripts

# Node alone, without npm and compilers: nothing here can install or build anything.
FROM ${DEBIAN}
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ephemeral-port-exporter" \
      org.opencontainers.image.description="Prometheus exporter that says who uses up a host's ephemeral ports" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /opt/ephemeral-port-exporter
COPY LICENSE ./
COPY --from=build /src/package.json ./
COPY --from=build /src/node_modules node_modules
COPY --from=build /src/dist dist
ENV NODE_ENV=production
EXPOSE 10071
STOPSIGNAL SIGTERM
# Through the control socket: a host whose range is full refuses a connection to itself, and would restart its only witness.
HEALTHCHECK --interval=1m --timeout=5s --start-period=30s \
  CMD ["node", "dist/main.js", "healthcheck"]
# Uid 0 on purpose, with all but two capabilities dropped when it is run: Docker gives none to other users.
ENTRYPOINT ["node", "--max-semi-space-size=4", "dist/main.js"]
