"""What the operator of a Heed server may set, read from HEED_ variables of the environment."""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import StoreError
from core.store import open_store

MEGABYTE = 1024 * 1024


class Settings(BaseSettings):
    """The server's settings; each is set by HEED_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="HEED_", extra="ignore", frozen=True)

    home: Path | None = Field(None, description="Directory of the store; var/ beside the project without it.")
    secret_key: str = Field("", description="Signs what is handed to browsers; required beyond this machine.")
    bind: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8050, ge=1, le=65535, description="Port to listen on; PORT is read too.")
    hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names, split by commas, under which the server may be asked."
    )
    trusted_network: bool = Field(False, description="Set to 1 to serve a network without a login.")
    upload_limit: int = Field(
        2048, ge=1, le=1024 * 64, description="Largest file accepted for upload, in megabytes."
    )
    upload_quota: int = Field(
        20 * 1024,
        ge=1,
        le=1024 * 1024,
        description="What one owner's uploads may have together until they are read, in megabytes.",
    )
    data_folders: str = Field(
        "", description="Folders of this machine whose files may be loaded, full paths with ':' between."
    )
    workers: int = Field(2, ge=1, le=64, description="Number of web worker processes.")
    warm: bool = Field(True, description="Load TensorFlow when a page is opened where trainings start.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level logged.")

    @field_validator("hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(name.strip().lower() for name in value.split(",") if name.strip())

    @model_validator(mode="after")
    def _refuse_open_doors(self) -> "Settings":
        if self.is_local:
            return self
        if not self.trusted_network:
            raise ValueError(
                f"Heed has no login yet and serves this machine only; HEED_BIND is {self.bind}. "
                "Set HEED_TRUSTED_NETWORK=1 if all who can reach it may see, train and delete everything."
            )
        if len(self.secret_key) < 16:
            raise ValueError(
                f"HEED_SECRET_KEY must have at least 16 characters when HEED_BIND is {self.bind}; "
                f"got {len(self.secret_key)}. Try: python3 -c 'import secrets; print(secrets.token_hex())'"
            )
        return self

    @property
    def is_local(self) -> bool:
        """Say whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.bind.strip("[]")).is_loopback
        except ValueError:
            return self.bind == "localhost"

    @property
    def upload_bytes(self) -> int:
        """The largest upload in bytes."""
        return self.upload_limit * MEGABYTE

    @property
    def quota_bytes(self) -> int:
        """What one owner's uploads may have together, in bytes."""
        return self.upload_quota * MEGABYTE


def load_settings() -> Settings:
    """Return the settings of the environment, or end the process with one clear line per mistake."""
    given = {} if "HEED_PORT" in os.environ or not os.environ.get("PORT") else {"port": os.environ["PORT"]}
    try:
        return Settings.model_validate({**Settings().model_dump(), **given}) if given else Settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(["HEED", *(str(step).upper() for step in problem["loc"])])
            rule = str(problem["msg"]).removeprefix("Value error, ")
            sys.stderr.write(f"heed: {rule}\n" if name == "HEED" else f"heed: {name}: {rule}\n")
        raise SystemExit(2) from None


def require_store() -> None:
    """End the process with one clear line if the store can't be used."""
    try:
        open_store(load_settings().home)
    except StoreError as error:
        sys.stderr.write(f"heed: {error}\n")
        raise SystemExit(2) from None
