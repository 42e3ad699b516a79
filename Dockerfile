# Bayeswatch in one image, whose command is the program's: `serve` (the default) is all of it in one process, with its
# store in /data; `api` and `worker` are the halves of production, which compose.yaml and deploy/kubernetes run.
#   docker build -t bayeswatch . && docker run -p 127.0.0.1:8080:8080 -v bayeswatch:/data bayeswatch
# The first start prints the admin key once: docker logs shows it. docs/deployment.md tells the rest.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# As the README does: `npm ci` wants the lock file to hold the optional packages of every platform; it holds Linux's.
RUN npm install
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:24.21.0-bookworm-slim
LABEL org.opencontainers.image.title="Bayeswatch" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    BAYESWATCH_HOST=0.0.0.0 \
    BAYESWATCH_PORT=8080 \
    BAYESWATCH_DATA=/data
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY docs/errors.md docs/
COPY deploy/healthcheck.mjs ./
# For commands inside of it: docker exec NAME bayeswatch check
RUN mkdir /data && chown node:node /data && ln -s /app/dist/cli/main.js /usr/local/bin/bayeswatch
# The image's user `node`, as a number: Kubernetes tells by it that this is not root.
USER 1000:1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/healthcheck.mjs"]
# node is process 1 and gets SIGTERM itself: it finishes what it has begun, then stops.
ENTRYPOINT ["node", "--max-semi-space-size=32", "--single-threaded-gc", "/app/dist/cli/main.js"]
CMD ["serve"]
