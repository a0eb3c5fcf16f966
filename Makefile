PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
VAR ?= var
# What else a server asks for (HOST, WORKERS, THREADS) it reads from the environment; the flags are in serve.py.
SERVER = exec $(BIN)/python manage.py serve
# Arguments for the benchmarks, such as BENCH='--database sqlite --only pages --markdown table.md'.
BENCH =
export PORT

.DEFAULT_GOAL := help
.PHONY: help run serve test lint rehearse bench audit lock clean

help: ## 列出所有命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.runtime $(VAR)/secret_key ## 安装、建库、载入示例内容并启动网站（PORT=8000）
	@$(BIN)/python manage.py setup_demo
	@$(SERVER)

serve: $(VENV)/.runtime ## 启动生产服务器（先设好 SECRET_KEY 等环境变量；HOST、PORT、WORKERS、THREADS 可改）
	@$(BIN)/python manage.py check
	@$(BIN)/python manage.py migrate --check >/dev/null || { echo "数据库还没有迁移：请先运行 python manage.py migrate"; exit 1; }
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(SERVER)

test: $(VENV)/.development ## 运行全部测试（SQLite，以及有 PostgreSQL 时也在它上面）
	@$(BIN)/python -m tests.run

lint: $(VENV)/.development ## 检查格式、类型和模板
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/admin/*.html')

rehearse: $(VENV)/.development ## 在本机演练一个小机群：主库、副本、Redis、两台应用和 nginx 轮流出故障
	@$(BIN)/python -m tests.rehearsal

bench: $(VENV)/.development ## 测速：与最简的 Django 视图和 nginx 的静态文件对照（需要 wrk；约二十分钟，机器要闲着）
	@$(BIN)/python -m tests.benchmarks $(BENCH)

audit: $(VENV)/.development node_modules/.package-lock.json ## 用 Lighthouse、HTML 检查器等检验每个公开页面（需要 Node.js、Java 17 和 Chromium）
	@$(BIN)/python -m tests.audit.run

lock: $(VENV)/.development ## 按 pyproject.toml 重新锁定依赖版本
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean: ## 删除环境和网站写下的一切（数据库、上传的文件、密钥）
	rm -rf $(VENV) $(VAR) node_modules

node_modules/.package-lock.json: package-lock.json
	@npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

$(VENV)/bin/python:
	@echo "正在建立 Python 环境 …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本，可用 PYTHON= 指定")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "正在安装依赖 …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(VENV)/bin/python
	@echo "正在安装开发依赖 …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

$(VAR)/secret_key: | $(VENV)/.runtime
	@mkdir -p $(VAR)
	@umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))' > $@
