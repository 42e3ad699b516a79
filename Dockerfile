# Bayeswatch in one container: the server with its embedded store in /data.
#   docker build -t bayeswatch . && docker run -p 8080:8080 -v bayeswatch:/data bayeswatch
# The first start prints the admin key once: docker logs shows it.

FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm install
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:20-slim
ENV NODE_ENV=production \
    BAYESWATCH_HOST=0.0.0.0 \
    BAYESWATCH_PORT=8080 \
    BAYESWATCH_DATA=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY docs/errors.md docs/
RUN mkdir /data && chown node:node /data \
 && chmod +x dist/cli/main.js && ln -s /app/dist/cli/main.js /usr/local/bin/bayeswatch
USER node
VOLUME /data
EXPOSE 8080
# 127.0.0.1 also when it listens on every address; the port is the one above unless the environment says otherwise.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BAYESWATCH_PORT}/readyz`).then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# node is process 1 and gets SIGTERM itself: it finishes what it has begun, then stops.
CMD ["node", "--max-semi-space-size=32", "dist/cli/main.js", "serve"]
