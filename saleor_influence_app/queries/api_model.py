"""The form of every answer: frozen, and readable from a row with the same names."""

from pydantic import BaseModel, ConfigDict


class ApiModel(BaseModel):
    """Something that the API shows."""

    model_config = ConfigDict(frozen=True, from_attributes=True)
